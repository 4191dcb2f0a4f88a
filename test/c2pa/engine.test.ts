/** The engine's own troubles stay inside one call. */
import { readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { withEngine } from '../../src/c2pa/engine.js';
import { createCallLock } from '../../src/c2pa/lock.js';
import { wasmInterface } from '../../src/c2pa/wasm-types.js';
import { readCredentials } from '../../src/c2pa/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { testImage } from './helpers.js';

describe('withEngine', () => {
  it('after a crash the next call gets a fresh engine', async () => {
    const first = await withEngine((engine) => Promise.resolve(engine));
    await throwsWithCode(
      () => withEngine(() => Promise.reject(new wasmInterface.RuntimeError('unreachable'))),
      'C2PA_ENGINE_CRASHED',
    );
    const second = await withEngine((engine) => Promise.resolve(engine));
    expect(second.Reader).not.toBe(first.Reader);
    const report = await readCredentials(await testImage('png'), 'image/png');
    expect(report.presence).toBe('absent');
  });

  it("passes on what the engine says, in the engine's words", async () => {
    const said = withEngine(({ Reader }) => Reader.fromBytes('image/png', new Uint8Array(8), null));
    await expect(said).rejects.toMatch(/^C2pa\(/);
  });

  it.skipIf(!haveAssets)(
    'a brought manifest that is garbage (needs ../shared/assets)',
    async () => {
      const bytes = new Uint8Array(readFileSync(assetPath('c2pa/c2pa-rs/cloud.jpg')));
      const manifestData = new Uint8Array(500).fill(7);
      const report = await readCredentials(bytes, 'image/jpeg', { manifestData });
      expect(report).toMatchObject({ presence: 'malformed', integrity: 'unknown' });
    },
  );
});

it('a finished call leaves nothing behind, however long the engine lives', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const answered = async (): Promise<WeakRef<object>> =>
    new WeakRef(await withEngine(() => Promise.resolve({ codes: ['assertion.hashedURI.match'] })));
  const answer = await answered();
  await new Promise((resolve) => setTimeout(resolve, 10));
  collect();
  expect(answer.deref()).toBeUndefined();
});

describe('createCallLock', () => {
  it('lets sharers overlap and keeps loners alone, in order', async () => {
    const lock = createCallLock();
    let running = 0;
    const log: string[] = [];
    const job = (name: string, alone: boolean) =>
      lock.run(alone, async () => {
        running++;
        await new Promise((resolve) => setImmediate(resolve));
        log.push(`${name}${running}`);
        await new Promise((resolve) => setImmediate(resolve));
        running--;
        if (name === 'x') throw new Error('a failed call frees the lock too');
      });
    const all = [job('a', false), job('b', false), job('C', true), job('x', true), job('d', false)];
    await Promise.allSettled(all);
    expect(log).toEqual(['a2', 'b2', 'C1', 'x1', 'd1']);
  });
});
