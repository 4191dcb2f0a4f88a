/** kill -9 again and again during 1,000 marks: each mark that was reported done is in the registry, whole. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { MersenneTwister } from '../../src/core/index.js';
import { openRegistry } from '../../src/provenance/index.js';

const worker = fileURLToPath(new URL('../registry/mark-worker.ts', import.meta.url));
const MARKS = 1000;

interface Mark {
  id: string;
  payload: string;
}

it('loses no mark that was reported done', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'imprint-marks-')), 'registry.db');
  const random = new MersenneTwister(3);
  const done: Mark[] = [];
  let kills = 0;
  while (done.length < MARKS) {
    const before = done.length;
    const child = spawn(process.execPath, ['--import', 'tsx', worker, path, String(before)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop()!;
      done.push(...lines.map((line) => JSON.parse(line) as Mark));
    });
    const ended = new Promise((resolve) => child.once('close', resolve));
    const until = before + 20 + Math.floor(random.nextDouble() * 40);
    while (done.length < until && child.exitCode === null) await sleep(5);
    await sleep(random.nextDouble() * 300);
    child.kill('SIGKILL');
    kills++;
    await ended;
  }
  const registry = await openRegistry(path);
  for (const { id, payload } of done) {
    const record = await registry.get(id);
    expect(record?.bindings.map(({ value }) => value).join(), id).toContain(payload);
    expect(await registry.readManifest(id)).not.toBeNull();
    expect(record!.fingerprint).not.toBeNull();
  }
  const { records } = await registry.list({ limit: 1000 });
  await registry.close();
  console.log(
    `${done.length} marks reported, ${kills} kills, ${records.length} of the latest 1,000 listed`,
  );
  expect(new Database(path).pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
});
