import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { CheckFile, Inspected, InspectFile, InspectorSetup } from '../../src/check/index.js';
import {
  checkFiles,
  createCache,
  createCachedInspector,
  createPolicy,
  setupKey,
  walk,
} from '../../src/check/index.js';
import { sha256Hex } from '../../src/core/index.js';
import { NOW, report, signed, SIGNER } from './support.js';

const SETUP: InspectorSetup = { trust: [], keys: [], at: null, rubrics: {} };
const settings = { watermark: false, rubric: null };

/** A file of a revision: bytes that a test can exchange. */
function fileOf(content: { text: string }, path = 'a.png'): CheckFile {
  return { path, absolute: null, load: () => Promise.resolve(Buffer.from(content.text)) };
}
/** Counts its calls; sees `answer` in whatever bytes the file has by then. */
function counted(answer: (sha256: string) => Inspected): { calls: number; inspect: InspectFile } {
  const state = {
    calls: 0,
    inspect: async (file: CheckFile) => {
      state.calls++;
      return answer(sha256Hex(await file.load!()));
    },
  };
  return state;
}

describe('the cache', () => {
  const look = async (
    cache: ReturnType<typeof createCache>,
    setup: InspectorSetup,
    text: string,
    path?: string,
    more: Partial<typeof settings> = {},
  ) => {
    const inner = counted((sha256) => ({ report: report({ sha256 }) }));
    const inspect = createCachedInspector(inner.inspect, cache, setupKey(setup));
    const seen = await inspect(fileOf({ text }, path), { ...settings, ...more });
    return { calls: inner.calls, seen };
  };

  it('answers for the same content under any name, today and from a saved file', async () => {
    const cache = createCache('', '2026-11-25');
    expect((await look(cache, SETUP, 'x')).calls).toBe(1);
    const again = await look(cache, SETUP, 'x', 'b.png');
    expect(again.calls).toBe(0);
    expect(again.seen).toMatchObject({ report: { file: { path: 'b.png' } } });
    const saved = createCache(cache.changed()!, '2026-11-26');
    expect((await look(saved, SETUP, 'x')).calls).toBe(0);
  });

  it('does not answer for other content, settings, lists, keys, rubrics or times', async () => {
    const cache = createCache('', '2026-11-25');
    await look(cache, SETUP, 'x');
    expect((await look(cache, SETUP, 'y')).calls).toBe(1);
    expect((await look(cache, SETUP, 'x', 'a.png', { watermark: true })).calls).toBe(1);
    const others: Partial<InspectorSetup>[] = [
      { trust: [{ name: 'a', anchorsPem: 'b' }] },
      { keys: [{ id: 'k', secret: new Uint8Array(16) }] },
      { at: '2026-01-01T00:00:00.000Z' },
      { rubrics: { r: 'text' } },
    ];
    for (const other of others) {
      expect((await look(cache, { ...SETUP, ...other }, 'x')).calls).toBe(1);
    }
  });

  it('looks again the next day at a signature that no timestamp holds up', async () => {
    const unstamped = { ...SIGNER, timestampTrusted: false };
    const seen = (sha256: string): Inspected => ({
      report: signed({ sha256, credentials: { signer: unstamped } }),
    });
    const cache = createCache('', '2026-11-25');
    const inner = counted(seen);
    await createCachedInspector(inner.inspect, cache, '')(fileOf({ text: 'x' }), settings);
    const tomorrow = createCache(cache.changed()!, '2026-11-26');
    await createCachedInspector(inner.inspect, tomorrow, '')(fileOf({ text: 'x' }), settings);
    expect(inner.calls).toBe(2);
  });

  it('forgets what nobody asked for in 60 days, and is empty when it cannot be read', async () => {
    const cache = createCache('', '2026-01-01');
    await look(cache, SETUP, 'x');
    const later = createCache(cache.changed()!, '2026-11-25');
    expect(later.changed()).toBe('imprint-check-cache 2\n');
    const saved = cache.changed()!;
    const damaged = [saved.replace('{', '}'), saved.replace(/\{.*/, '{}'), saved.slice(0, -9)];
    for (const text of ['garbage', ...damaged, '\0\n\t\t\t\t']) {
      expect((await look(createCache(text, '2026-01-01'), SETUP, 'x')).calls).toBe(1);
    }
  });

  it('keeps that a file is broken, but not that it could not be read', async () => {
    const answers: [Inspected, number][] = [
      [{ problem: { kind: 'unsupported', message: '', code: '' } }, 1],
      [{ problem: { kind: 'unreadable', message: '', code: '' } }, 2],
    ];
    for (const [answer, calls] of answers) {
      const inner = counted(() => answer);
      const inspect = createCachedInspector(inner.inspect, createCache('', '2026-11-25'), '');
      await inspect(fileOf({ text: 'x' }), settings);
      await inspect(fileOf({ text: 'x' }), settings);
      expect(inner.calls).toBe(calls);
    }
  });
});

describe('a file that changes while it is read', () => {
  it.each([
    [1, { report: {} }],
    [2, { problem: { kind: 'changing', code: 'CHECK_FILE_CHANGED' } }],
  ])('%i times', async (times, expected) => {
    const content = { text: '0' };
    let left = times;
    const inspect: InspectFile = async (file) => {
      if (left-- > 0) content.text += 'x';
      return { report: report({ sha256: sha256Hex(await file.load!()) }) };
    };
    const seen = await createCachedInspector(inspect, null, '')(fileOf(content), settings);
    expect(seen).toMatchObject(expected);
  });
});

describe('the walk', () => {
  const root = mkdtempSync(join(tmpdir(), 'imprint-walk-'));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  const at = (name: string): string => join(root, name);
  const options = { root, cwd: root, excluded: (path: string) => /^vendor(\/|$)/.test(path) };
  for (const name of ['a', 'vendor', 'node_modules/x', '.git', 'deep/er']) {
    mkdirSync(at(name), { recursive: true });
  }
  for (const name of [
    'a/1.PNG',
    'a/2.txt',
    'vendor/3.png',
    'node_modules/x/4.png',
    '.git/5.png',
    'deep/er/6.webp',
    'a/line\nbreak\u001b[2J.jpg',
  ]) {
    writeFileSync(at(name), 'x');
  }
  symlinkSync(at('a/1.PNG'), at('a/link.png'));
  symlinkSync('loop.png', at('loop.png'));
  symlinkSync('nowhere', at('dangling.jpg'));
  symlinkSync(root, at('deep/round'));
  symlinkSync('../a', at('deep/images.png'));

  it('finds images by name, follows links to files, and runs in no circle', async () => {
    const { files } = await walk(['.'], options);
    expect(files.map(({ path, problem }) => [path, problem?.code ?? null])).toEqual([
      ['a/1.PNG', null],
      ['a/line\nbreak\u001b[2J.jpg', null],
      ['a/link.png', null],
      ['dangling.jpg', 'ENOENT'],
      ['deep/er/6.webp', null],
      ['loop.png', 'ELOOP'],
    ]);
  });

  it('takes what is named: files of any name, patterns, folders that are skipped otherwise', async () => {
    const paths = async (...inputs: string[]) =>
      (await walk(inputs, options)).files.map(({ path }) => path);
    expect(await paths('a/2.txt', './a/1.PNG', 'a/1.PNG')).toEqual(['a/1.PNG', 'a/2.txt']);
    expect(await paths('**/*.{webp,PNG}')).toEqual(['a/1.PNG', 'deep/er/6.webp']);
    expect(await paths('node_modules/x')).toEqual(['node_modules/x/4.png']);
    expect(await paths('no.png')).toEqual(['no.png']);
    await expect(paths('*.nothing')).rejects.toMatchObject({ code: 'CHECK_NOTHING' });
    expect((await walk(['.git/none', 'vendor'], options)).empty).toEqual(['vendor']);
  });

  it.runIf(process.platform === 'linux')(
    'looks at nothing under a name that may be that of another file',
    async () => {
      mkdirSync(at('names'));
      for (const name of [Buffer.from('a\u00ff.png', 'latin1'), Buffer.from('a\ufffd.png')]) {
        writeFileSync(Buffer.concat([Buffer.from(`${at('names')}/`), name]), 'x');
      }
      const { files } = await walk(['names'], options);
      expect(files).toMatchObject([
        { path: 'names/a\ufffd.png', problem: { kind: 'unreadable', code: 'NAME_NOT_UTF8' } },
      ]);
    },
  );

  it.skipIf(process.getuid?.() === 0)(
    'tells a folder that may not be read (root reads all)',
    async () => {
      mkdirSync(at('closed'));
      chmodSync(at('closed'), 0);
      const { files } = await walk(['closed'], options);
      expect(files[0]!.problem).toMatchObject({ kind: 'unreadable', code: 'EACCES' });
    },
  );
});

it('the engine takes 100,000 files', async () => {
  const files = Array.from({ length: 100_000 }, (_, index) => ({
    path: `${index % 100}/${index}.png`,
    absolute: '/',
  }));
  const seen: Inspected = { report: report() };
  const result = await checkFiles(files, createPolicy(null), {
    inspect: () => Promise.resolve(seen),
    now: NOW,
  });
  expect(result.summary).toMatchObject({ files: 100_000, pass: 100_000 });
}, 180_000);
