/**
 * 24,000 damaged files, each read in a process that is watched: no crash, no hang over 5 seconds, no `intact`
 * for changed content. `IMPRINT_FUZZ_CASES` sets the number for each file.
 */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { loadSeeds } from '../c2pa/fuzz-seeds.js';

const WORKER = fileURLToPath(new URL('credentials-fuzz-worker.ts', import.meta.url));
const CASES = Number(process.env['IMPRINT_FUZZ_CASES'] ?? 600);
const HANG_MS = 5000;
const START_MS = 120_000;

interface Line {
  number: number;
  how: string;
  outcome?: string;
  trapped?: boolean;
  violation?: string | null;
  ms?: number;
}

const totals = { files: 0, trapped: 0, slowest: 0, outcomes: {} as Record<string, number> };

/** @returns what must not happen, one line each. */
function run(name: string): Promise<string[]> {
  return new Promise((resolve) => {
    const args = ['--import', 'tsx', WORKER, name, '0', String(CASES)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    const bad: string[] = [];
    let last: Line | undefined;
    let complaint = '';
    const hang = (): void => {
      bad.push(`hang at ${JSON.stringify(last)}`);
      child.kill('SIGKILL');
    };
    let watch = setTimeout(hang, START_MS);
    child.stderr.on('data', (text: Buffer) => (complaint = text.toString().slice(-2000)));
    createInterface({ input: child.stdout }).on('line', (text) => {
      clearTimeout(watch);
      watch = setTimeout(hang, HANG_MS);
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
