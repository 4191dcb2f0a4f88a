/**
 * 24,000 damaged files, each read in a process that is watched: no crash, no hang over 5 seconds, no `intact`
 * for changed content. `IMPRINT_FUZZ_CASES` sets the number for each file. A hang is counted in processor time where
 * the system tells it, so that a busy machine does not look like one.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSeeds } from '../c2pa/fuzz-seeds.js';

const WORKER = fileURLToPath(new URL('credentials-fuzz-worker.ts', import.meta.url));
const CASES = Number(process.env['IMPRINT_FUZZ_CASES'] ?? 600);
const HANG_MS = 5000;
const START_MS = 300_000;
/** Ticks of /proc/PID/stat on Linux. */
const TICK_MS = 10;

interface Line {
  number: number;
  how: string;
  outcome?: string;
  trapped?: boolean;
  violation?: string | null;
  ms?: number;
}

const totals = { files: 0, trapped: 0, slowest: 0, outcomes: {} as Record<string, number> };

/** Milliseconds of processor time that the process has used; null where the system does not say. */
function usedMs(pid: number): number | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return null;
  }
}

/** @returns what must not happen, one line each. */
function run(name: string): Promise<string[]> {
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', WORKER, name, '0', String(CASES)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const bad: string[] = [];
    let last: Line | undefined;
    let complaint = '';
    let usedBefore = 0;
    const hang = (): void => {
      const used = usedMs(child.pid ?? 0);
      if (last !== undefined && used !== null && used - usedBefore < HANG_MS) {
        watch = setTimeout(hang, HANG_MS);
        return;
      }
      bad.push(`hang at ${JSON.stringify(last)}`);
      child.kill('SIGKILL');
    };
    let watch = setTimeout(hang, START_MS);
    child.stderr.on('data', (text: Buffer) => (complaint = text.toString().slice(-2000)));
    createInterface({ input: child.stdout }).on('line', (text) => {
      clearTimeout(watch);
      watch = setTimeout(hang, HANG_MS);
      usedBefore = usedMs(child.pid ?? 0) ?? 0;
      last = JSON.parse(text) as Line;
      if (last.outcome === undefined) return;
      totals.files++;
      totals.outcomes[last.outcome] = (totals.outcomes[last.outcome] ?? 0) + 1;
      totals.slowest = Math.max(totals.slowest, last.ms ?? 0);
      if (last.trapped) totals.trapped++;
      if (last.violation !== null) bad.push(text);
    });
    child.on('close', (code) => {
      clearTimeout(watch);
      if (code !== 0) bad.push(`exit ${code} at ${JSON.stringify(last)}: ${complaint}`);
      if (last?.number !== CASES - 1) bad.push(`ended at ${last?.number} of ${CASES}`);
      resolve(bad);
    });
  });
}

const seeds = await loadSeeds();

describe(`${CASES} damaged copies of each of ${seeds.length} files`, () => {
  afterAll(() => console.log(JSON.stringify(totals)));

  it.each(seeds.map(({ name }) => name))('%s', async (name) => {
    expect(await run(name)).toEqual([]);
  });
});
