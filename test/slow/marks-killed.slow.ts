/** kill -9 again and again during 1,000 marks of two processes: each mark that was reported done is in the registry, whole. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Database from 'libsql';
import { expect, it } from 'vitest';
import { MersenneTwister } from '../../src/core/index.js';
import { encodeImage } from '../../src/image/index.js';
import { openRegistry } from '../../src/provenance/index.js';
import { texturedPicture } from '../support/picture.js';

const worker = fileURLToPath(new URL('mark-worker.mjs', import.meta.url));
const MARKS = 1000;
const HOUR_MS = 3_600_000;

interface Mark {
  id: string;
  payload: string;
}

it(
  'loses no mark that was reported done',
  async () => {
    const dir = mkdtempSync(join(tmpdir(), 'imprint-marks-'));
    const path = join(dir, 'registry.db');
    const picture = join(dir, 'picture.png');
    writeFileSync(picture, await encodeImage(texturedPicture(256, 256), { format: 'png' }));
    const random = new MersenneTwister(3);
    const done: Mark[] = [];
    const start = (): ChildProcess => {
      const child = spawn(process.execPath, [worker, path, picture, join(dir, 'certificates')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let rest = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split('\n');
        rest = lines.pop()!;
        done.push(...lines.map((line) => JSON.parse(line) as Mark));
      });
      return child;
    };
    const ended = (child: ChildProcess): Promise<unknown> =>
      new Promise((resolve) => child.once('close', resolve));

    let kills = 0;
    const children = [start(), start()];
    while (done.length < MARKS) {
      const until = done.length + 10 + Math.floor(random.nextDouble() * 50);
      while (done.length < until && children.every(({ exitCode }) => exitCode === null)) {
        await sleep(5);
      }
      // In the middle of whatever it is that it does then.
      await sleep(random.nextDouble() * 500);
      const victim = children.shift()!;
      expect(victim.exitCode).toBeNull();
      const gone = ended(victim);
      victim.kill('SIGKILL');
      kills++;
      await gone;
      children.push(start());
    }
    const last = children.map(ended);
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(last);

    const registry = await openRegistry(path);
    for (const { id, payload } of done) {
      const record = await registry.get(id);
      expect(record?.bindings.map(({ value }) => value).join(), id).toContain(payload);
      expect(await registry.readManifest(id)).not.toBeNull();
      expect(record!.fingerprint).not.toBeNull();
    }
    await registry.close();
    console.log(`${done.length} marks reported done, ${kills + 2} kills, all in the registry`);
    expect(new Database(path).pragma('integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  },
  2 * HOUR_MS,
);
