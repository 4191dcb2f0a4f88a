/** What a scan has seen so far: the count on the terminal, the last line, the exit codes of its rows. */
import type { Requirement } from '../provenance/index.js';
import { verdictExitCode } from '../provenance/index.js';
import type { ScanRow } from '../service/index.js';
import { EXIT, exitCodeOfCode } from './exit.js';
import type { CliIo } from './io.js';

export interface Tally {
  readonly codes: ReadonlySet<number>;
  count: (row: ScanRow) => void;
  rows: () => number;
  summary: () => void;
}

export function createTally(io: CliIo, require: readonly Requirement[]): Tally {
  const codes = new Set<number>([EXIT.satisfied]);
  const states = new Map<string, number>();
  let rows = 0;
  let shown = 0;
  return {
    codes,
    count: (row) => {
      rows++;
      const state = 'error' in row ? 'without a report' : row.verdict.state;
      states.set(state, (states.get(state) ?? 0) + 1);
      codes.add('error' in row ? exitCodeOfCode(row.error.code) : verdictExitCode(row, require));
      if (!io.interactive || performance.now() - shown < 200) return;
      shown = performance.now();
      io.err(`\r${rows} images`);
    },
    rows: () => rows,
    summary: () => {
      const parts = [...states].map(([state, count]) => `${count} ${state}`);
      io.err(`${io.interactive ? '\r' : ''}${rows} images: ${parts.join(', ') || 'none'}\n`);
    },
  };
}
