import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createModelStore, tensorFor } from '../../src/onnx/index.js';
import type { ModelStore } from '../../src/onnx/index.js';

const TINY = fileURLToPath(new URL('../../fixtures/models/tiny', import.meta.url));

let root: string;
let store: ModelStore;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'imprint-store-'));
  store = createModelStore({ dir: TINY, threads: 1 });
});
afterAll(async () => {
  await store.dispose();
  await rm(root, { recursive: true });
});

/** A copy of the fixture in which `change` spoils something. */
async function spoiled(name: string, change: (dir: string) => Promise<void>): Promise<ModelStore> {
  const dir = join(root, name);
  await cp(TINY, dir, { recursive: true });
  await change(dir);
  return createModelStore({ dir, threads: 1 });
}

describe('a model that is not loaded', () => {
  it('is not in the manifest', async () => {
    await expect(store.load('nothing')).rejects.toMatchObject({ code: 'ONNX_MODEL_MISSING' });
  });

  it('has no file', async () => {
    const broken = await spoiled('gone', (dir) => rm(join(dir, 'dit.onnx')));
    await expect(broken.load('dit')).rejects.toMatchObject({ code: 'ONNX_MODEL_MISSING' });
  });

  it('was cut short', async () => {
    const broken = await spoiled('cut', (dir) => truncate(join(dir, 'dit.onnx'), 100));
    await expect(broken.load('dit')).rejects.toMatchObject({ code: 'ONNX_HASH_MISMATCH' });
  });

  it('has one other bit; it loads once it is repaired', async () => {
    const broken = await spoiled('bit', async (dir) => {
      const bytes = await readFile(join(dir, 'dit.onnx'));
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(join(dir, 'dit.onnx'), bytes);
    });
    await expect(broken.load('dit')).rejects.toMatchObject({ code: 'ONNX_HASH_MISMATCH' });
    await cp(join(TINY, 'dit.onnx'), join(broken.dir, 'dit.onnx'));
    await expect(broken.load('dit')).resolves.toMatchObject({ name: 'dit' });
    await broken.dispose();
  });

  it('is no graph although its hash is right', async () => {
    const broken = await spoiled('text', async (dir) => {
      const text = Buffer.from('this is not a model');
      await writeFile(join(dir, 'dit.onnx'), text);
      const manifest = JSON.parse(await readFile(join(dir, 'manifest.json'), 'utf8')) as {
        models: { name: string; bytes: number; sha256: string }[];
      };
      const entry = manifest.models.find((model) => model.name === 'dit')!;
      entry.bytes = text.length;
      entry.sha256 = createHash('sha256').update(text).digest('hex');
      await writeFile(join(dir, 'manifest.json'), JSON.stringify(manifest));
    });
    await expect(broken.load('dit')).rejects.toMatchObject({ code: 'ONNX_LOAD_FAILED' });
  });
});

describe('assets', () => {
  it('are read by name', async () => {
    expect((await store.readAsset('tokenizer')).length).toBeGreaterThan(1000);
  });

  it.each(['tokenizer.json', '../make_tiny.py', '/etc/hostname', ''])(
    'no path is taken for a name: %j',
    async (name) => {
      await expect(store.readAsset(name)).rejects.toMatchObject({ code: 'ONNX_MODEL_MISSING' });
    },
  );

  it('are checked against their hash', async () => {
    const broken = await spoiled('asset', async (dir) => {
      const text = await readFile(join(dir, 'tokenizer.json'), 'utf8');
      await writeFile(join(dir, 'tokenizer.json'), text.replace('"re"', '"er"'));
    });
    await expect(broken.readAsset('tokenizer')).rejects.toMatchObject({
      code: 'ONNX_HASH_MISMATCH',
    });
  });
});

describe('a loaded model', () => {
  it('is opened once', async () => {
    const [first, second] = await Promise.all([store.load('dit'), store.load('dit')]);
    expect(first).toBe(second);
  });

  it('tells its inputs, outputs and hash', async () => {
    const model = await store.load('text-encoder');
    expect(model.inputs).toEqual([{ name: 'input_ids', type: 'int64', dims: ['batch', 32] }]);
    expect(model.outputs.map((output) => output.name)).toEqual(['last_hidden_state', 'pooled']);
    const bytes = await readFile(join(TINY, 'text-encoder.onnx'));
    expect(model.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  });

  it('runs on plain tensors', async () => {
    const model = await store.load('upscaler-x4');
    const data = Float32Array.from({ length: 12 }, (_, i) => i);
    const { upscaled } = await model.run({ image: { data, dims: [1, 3, 2, 2] } });
    expect(upscaled!.dims).toEqual([1, 3, 8, 8]);
    expect([...(upscaled!.data as Float32Array).subarray(0, 8)]).toEqual([0, 0, 0, 0, 1, 1, 1, 1]);
  });

  it('takes an ONNX input type from the graph', async () => {
    const model = await store.load('text-encoder');
    const ids = tensorFor(model.inputs[0]!, new Array<number>(32).fill(4), [1, 32]);
    expect(ids.data).toBeInstanceOf(BigInt64Array);
    const { pooled } = await model.run({ input_ids: ids });
    expect(pooled!.dims).toEqual([1, 8]);
  });

  it.each<[string, Record<string, { data: Float32Array | Int32Array; dims: number[] }>]>([
    ['a missing input', {}],
    [
      'an unknown input',
      {
        image: { data: new Float32Array(12), dims: [1, 3, 2, 2] },
        more: { data: new Float32Array(1), dims: [1] },
      },
    ],
    ['another element type', { image: { data: new Int32Array(12), dims: [1, 3, 2, 2] } }],
    ['another rank', { image: { data: new Float32Array(12), dims: [12] } }],
    ['another fixed dimension', { image: { data: new Float32Array(16), dims: [1, 4, 2, 2] } }],
    [
      'fewer values than the shape says',
      { image: { data: new Float32Array(4), dims: [1, 3, 2, 2] } },
    ],
  ])('refuses %s', async (_name, feeds) => {
    const model = await store.load('upscaler-x4');
    await expect(model.run(feeds)).rejects.toMatchObject({ code: 'ONNX_RUN_FAILED' });
  });

  it('turns a failure inside the runtime into an error', async () => {
    const model = await store.load('text-encoder');
    const ids = tensorFor(model.inputs[0]!, new Array<number>(32).fill(1e6), [1, 32]);
    await expect(model.run({ input_ids: ids })).rejects.toMatchObject({ code: 'ONNX_RUN_FAILED' });
  });

  it('is gone after dispose, and comes back on the next load', async () => {
    const own = createModelStore({ dir: TINY, threads: 1 });
    const model = await own.load('upscaler-x4');
    const feeds = { image: { data: new Float32Array(3), dims: [1, 3, 1, 1] } };
    await own.dispose();
    await own.dispose();
    await expect(model.run(feeds)).rejects.toMatchObject({ code: 'ONNX_RUN_FAILED' });
    const outputs = Object.values(await (await own.load('upscaler-x4')).run(feeds));
    expect(outputs.map(({ dims }) => dims)).toEqual([[1, 3, 4, 4]]);
    await own.dispose();
  });
});

it('lets a run finish that dispose finds under way', async () => {
  const own = createModelStore({ dir: TINY, threads: 1 });
  const model = await own.load('upscaler-x4');
  const side = 256;
  const data = new Float32Array(3 * side * side).fill(0.5);
  const run = model.run({ image: { data, dims: [1, 3, side, side] } });
  await own.dispose();
  expect((await run)['upscaled']!.dims).toEqual([1, 3, 4 * side, 4 * side]);
});

it.each([0, 1.5, 257, Number.NaN])('%d threads are refused', (threads) => {
  expect(() => createModelStore({ dir: TINY, threads })).toThrow(RangeError);
});
