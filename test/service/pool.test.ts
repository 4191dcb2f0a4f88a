/** The threads behind the service, with a worker file that only waits. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createPool } from '../../src/service/index.js';

const workerFile = join(mkdtempSync(join(tmpdir(), 'imprint-pool-')), 'worker.mjs');
writeFileSync(
  workerFile,
  `export async function runTask({ port }) {
    port.postMessage({ type: 'start' });
    await new Promise((resolve) => setTimeout(resolve, 2));
    port.close();
    return { ok: true, value: null };
  }`,
);

it('work is done in the order in which it came', async () => {
  const pool = createPool({ workers: 1, workerFile, maxQueue: 100 });
  const done: number[] = [];
  const ask = async (n: number): Promise<void> => {
    await pool.verify({ bytes: Buffer.from('x') });
    done.push(n);
  };
  await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n)));
  expect(done).toEqual([...done].sort((a, b) => a - b));
  await pool.close();
});
