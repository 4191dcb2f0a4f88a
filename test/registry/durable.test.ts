import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { MersenneTwister } from '../../src/core/index.js';
import { openSqlite } from '../../src/registry/sqlite.js';
import { openRegistry } from '../../src/registry/index.js';
import Database from 'libsql';
import { throwsWithCode } from '../support/throws-with-code.js';
import { newRecord } from './records.js';

const worker = fileURLToPath(new URL('put-worker.ts', import.meta.url));
const folder = (): string => mkdtempSync(join(tmpdir(), 'imprint-durable-'));

/** What the worker reports as done goes to `done`. */
function start(path: string, from: number, done: number[]): ChildProcess {
  const child = spawn(process.execPath, ['--import', 'tsx', worker, path, String(from)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    done.push(...lines.map(Number));
  });
  return child;
}

const closed = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve) => child.once('close', resolve));

describe('a registry in a file', () => {
  it('keeps all that was reported done by two processes that are killed at any time, again and again', async () => {
    const path = join(folder(), 'registry.db');
    const random = new MersenneTwister(1);
    const reported: number[] = [];
    for (let round = 0; round < 4; round++) {
      const done: number[] = [];
      const second = (round * 2 + 1) * 1e6;
      const children = [start(path, round * 2e6, done), start(path, second, done)];
      const ended = children.map(closed);
      const atWork = (): boolean => done.some((n) => n < second) && done.some((n) => n >= second);
      // Both are at work, however slow the machine: then the end comes at a random moment.
      while (!atWork() && children.every(({ exitCode }) => exitCode === null)) await sleep(5);
      expect(atWork()).toBe(true);
      await sleep(random.nextDouble() * 300);
      for (const child of children) child.kill('SIGKILL');
      await Promise.all(ended);
      reported.push(...done);
      const registry = await openRegistry(path);
      for (const n of reported) {
        const { id, manifest, bindings, fingerprint } = newRecord(n);
        expect(await registry.readManifest(id)).toEqual(manifest);
        expect(await registry.findByBinding(bindings[0]!)).toHaveLength(1);
        const [near] = await registry.findNearest(fingerprint!.hash, { radius: 0 });
        expect(near?.record.id).toBe(id);
      }
      await registry.close();
    }
    const check = new Database(path).pragma('integrity_check');
    expect(check).toEqual([{ integrity_check: 'ok' }]);
  });

  it('says when another process holds it for too long', async () => {
    const path = join(folder(), 'registry.db');
    const registry = await openSqlite(path, 100);
    const holder = new Database(path);
    holder.exec('begin immediate');
    await throwsWithCode(() => registry.put(newRecord(1)), 'REGISTRY_LOCKED');
    // Readers are not in the way of a writer, nor it in theirs.
    expect(await registry.get(newRecord(1).id)).toBeNull();
    holder.exec('rollback');
    expect(await registry.put(newRecord(1))).toBe(true);
    holder.close();
    await registry.close();
  });

  it('waits while another process writes for a while', async () => {
    const path = join(folder(), 'registry.db');
    const registry = await openSqlite(path, 20_000);
    const holder = new Database(path);
    holder.exec('begin immediate');
    const waiting = registry.put(newRecord(1));
    await sleep(150);
    holder.exec('commit');
    expect(await waiting).toBe(true);
    holder.close();
    await registry.close();
  });

  it('says what is wrong with it', async () => {
    const dir = folder();
    const garbage = join(dir, 'garbage.db');
    writeFileSync(garbage, 'no database, but long enough to be read as one. '.repeat(100));
    await throwsWithCode(() => openRegistry(garbage), 'REGISTRY_CORRUPT');
    await throwsWithCode(() => openRegistry(dir), 'REGISTRY_UNAVAILABLE');
    await throwsWithCode(() => openRegistry(join(garbage, 'x.db')), 'REGISTRY_UNAVAILABLE');
    await throwsWithCode(() => openRegistry('mysql://host/db'), 'REGISTRY_UNSUPPORTED');
    await throwsWithCode(() => openRegistry(''), 'REGISTRY_UNSUPPORTED');
    const nobody = 'postgres://u:secret@127.0.0.1:1/db';
    const { message } = await throwsWithCode(() => openRegistry(nobody), 'REGISTRY_UNAVAILABLE');
    expect(message).not.toContain('secret');
  });

  it('of a later version is left alone', async () => {
    const path = join(folder(), 'registry.db');
    await (await openRegistry(path)).close();
    const db = new Database(path);
    db.exec("insert into imprint_migration values ('9999-later', '2030-01-01')");
    db.close();
    await throwsWithCode(() => openRegistry(path), 'REGISTRY_NEWER');
  });

  it('whose pages are damaged answers with an error or rightly, never wrongly', async () => {
    const dir = folder();
    const good = join(dir, 'good.db');
    const registry = await openRegistry(good);
    for (let n = 0; n < 40; n++) await registry.put(newRecord(n));
    await registry.close();
    const bytes = readFileSync(good);
    const random = new MersenneTwister(2);
    for (let trial = 0; trial < 25; trial++) {
      const damaged = Buffer.from(bytes);
      for (let i = 0; i < 200; i++) {
        damaged[Math.floor(random.nextDouble() * damaged.length)] = Math.floor(
          random.nextDouble() * 256,
        );
      }
      const path = join(dir, `damaged-${trial}.db`);
      writeFileSync(path, damaged);
      try {
        const opened = await openRegistry(path);
        try {
          for (let n = 0; n < 40; n++) {
            const { id, manifest } = newRecord(n);
            const found = await opened.readManifest(id);
            if (found !== null) expect(found).toEqual(manifest);
          }
        } finally {
          await opened.close().catch(() => undefined);
        }
      } catch (error) {
        expect(error).toMatchObject({ name: 'RegistryError' });
      }
    }
  });

  it('that may only be read can be asked, and refuses what is new', async () => {
    const dir = folder();
    const path = join(dir, 'registry.db');
    const registry = await openRegistry(path);
    await registry.put(newRecord(1));
    await registry.close();
    // Root may write everywhere, so the question is put by another user.
    const script = `
      const { openRegistry } = await import(${JSON.stringify(new URL('../../src/registry/index.ts', import.meta.url).href)});
      if (process.getuid() === 0) process.setuid(65534);
      try { await openRegistry(${JSON.stringify(path)}); console.log('opened'); }
      catch (error) { console.log(error.code); }`;
    chmodSync(path, 0o444);
    chmodSync(dir, 0o555);
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '-e', script],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    await closed(child);
    chmodSync(dir, 0o755);
    expect(said.trim()).toMatch(/^REGISTRY_(READ_ONLY|UNAVAILABLE)$/);
    expect(existsSync(path)).toBe(true);
  });
});
