/** Model folders of users: what is refused, how it is told, and what `checkModelFolder` sees. */
import { readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkModelFolder, createGenerator } from '../../src/generate/index.js';
import type { GenerateOptions } from '../../src/generate/index.js';
import { createPixels } from '../../src/image/index.js';
import { openFolder } from '../../src/onnx/index.js';
import { createFolders, listing } from '../support/pipelines.js';
import { readPicture } from '../support/pipeline-options.js';
import { throwsWithCode } from '../support/throws-with-code.js';

const folders = createFolders();
afterAll(() => folders.remove());

const QUICK = { seed: 1, steps: 2, guidance: 1 } as const;
const LONG = 'a photo of a red apple '.repeat(435);

async function draw(dir: string, prompt: string, options: GenerateOptions = {}) {
  const folder = openFolder(dir, { threads: 1 });
  try {
    const [image] = await createGenerator({ folder }).generate(prompt, { ...QUICK, ...options });
    return image!;
  } finally {
    await folder.dispose();
  }
}

/** `family` with one file rewritten. */
function broken(family: string, path: string, change: (text: Buffer) => Buffer | string): string {
  const dir = folders.make(family);
  const file = join(dir, path);
  writeFileSync(file, change(readFileSync(file)));
  return dir;
}

const json = (change: (config: Record<string, unknown>) => void) => (text: Buffer) => {
  const config = JSON.parse(text.toString()) as Record<string, unknown>;
  change(config);
  return JSON.stringify(config);
};

/** OperatorSetIdProto of ONNX itself, version 17, as protobuf writes it. */
const withOpset = (version: number) => (graph: Buffer) => {
  const at = graph.lastIndexOf(Buffer.from([0x42, 2, 0x10, 17]));
  expect(at).toBeGreaterThan(0);
  graph[at + 3] = version;
  return graph;
};

describe('prompts', () => {
  const sd = folders.make('sd15');

  it.each([
    '🍎 on 🟦',
    'un café crème',
    'りんごの写真',
    'тест',
    'تفاحة',
    'a\u0000b\u001b[31m',
    'a \ud83c',
  ])('%j is drawn', async (prompt) => {
    expect((await draw(sd, prompt)).pixels.width).toBe(64);
  });

  it.each(['', '  \n '])('%j is refused', async (prompt) => {
    await throwsWithCode(() => draw(sd, prompt), 'GENERATE_PROMPT_EMPTY');
  });

  it('of 10,000 characters are refused, of 300 tokens read to the end', async () => {
    await throwsWithCode(() => draw(sd, LONG), 'GENERATE_PROMPT_TOO_LONG');
    const long = 'a red apple '.repeat(80);
    const one = await draw(sd, `${long}tree`);
    const other = await draw(sd, `${long}house`);
    expect(one.pixels.data).not.toEqual(other.pixels.data);
  });

  it('longer than CLIP reads reach Stable Diffusion 3 through T5, which is told', async () => {
    const image = await draw(folders.make('sd3'), 'a tree '.repeat(40));
    expect(image.warnings?.[0]).toContain('T5');
    const without = folders.make('sd3');
    rmSync(join(without, 'text_encoder_3'), { recursive: true });
    await throwsWithCode(() => draw(without, 'a tree '.repeat(40)), 'GENERATE_PROMPT_TOO_LONG');
  });

  it('change the picture by their weights, unless these are to be read as text', async () => {
    const plain = await draw(sd, 'a red apple');
    const heavy = await draw(sd, 'a (red:1.6) apple');
    const same = await draw(sd, 'a (red:1) apple');
    const text = await draw(sd, 'a (red:1.6) apple', { promptWeights: false });
    expect(heavy.pixels.data).not.toEqual(plain.pixels.data);
    expect(same.pixels.data).toEqual(plain.pixels.data);
    expect(text.pixels.data).not.toEqual(heavy.pixels.data);
  });
});

describe('options that do not fit', () => {
  const white = (width: number, height: number) =>
    createPixels(width, height, 3, new Uint8ClampedArray(width * height * 3).fill(255));
  const init = white(64, 64);
  const cases: [string, string, GenerateOptions][] = [
    ['a size that is no multiple of 8', 'sd15', { size: 100 }],
    ['a size that the U-Net cannot halve', 'sd15', { size: 72 }],
    ['a size that is no multiple of 16', 'sd3', { size: { width: 64, height: 72 } }],
    ['a mask of another size', 'sd15', { init, mask: white(32, 64) }],
    ['a mask alone', 'sd15', { mask: init }],
    ['strength alone', 'sd15', { strength: 0.5 }],
    ['a strength that leaves no step', 'sd15', { init, strength: 0.1, scheduler: 'ddim' }],
    ['no control map', 'controlnet', {}],
    ['a control map for another model', 'sd15', { control: init }],
    ['no picture for an inpainting model', 'inpaint', {}],
    ['an unknown scheduler', 'sd15', { scheduler: 'eulerr' }],
    ['a flow scheduler', 'sd15', { scheduler: 'flow-euler' }],
    ['another scheduler for a flow', 'flux', { scheduler: 'ddim', size: 64 }],
  ];
  it.each(cases)('%s', async (_name, family, options) => {
    await throwsWithCode(() => draw(folders.make(family), 'red', options), 'GENERATE_OPTION');
  });

  it('an abort between steps', async () => {
    const abort = new AbortController();
    const onProgress = ({ stage }: { stage: string }) => stage === 'denoise' && abort.abort();
    const options = { signal: abort.signal, onProgress };
    await throwsWithCode(() => draw(folders.make('sd15'), 'red', options), 'GENERATE_ABORTED');
  });

  it('but a picture of any size is resampled to what can be drawn', async () => {
    const { pixels } = await draw(folders.make('sd15'), 'red', {
      init: white(101, 95),
      strength: 1,
    });
    expect([pixels.width, pixels.height]).toEqual([96, 80]);
  });

  it('and what a mask keeps stays exact', async () => {
    const [picture, mask] = [await readPicture('init.png'), await readPicture('mask.png')];
    const { pixels } = await draw(folders.make('sd15'), 'red', { init: picture, mask });
    let kept = 0;
    let changed = 0;
    for (let i = 0; i < 64 * 64; i++) {
      const same = [0, 1, 2].every((c) => pixels.data[3 * i + c] === picture.data[3 * i + c]);
      if (mask.data[3 * i] === 0) kept += same ? 0 : 1;
      else changed += same ? 0 : 1;
    }
    expect(kept).toBe(0);
    expect(changed).toBeGreaterThan(900);
  });
});

describe('folders that cannot be used', () => {
  const cases: [string, () => string, string, RegExp][] = [
    [
      'no model_index.json',
      () => folders.make('sd15') + '/unet',
      'GENERATE_PIPELINE_INVALID',
      /model_index/,
    ],
    [
      'a pipeline of another kind',
      () =>
        broken(
          'sd15',
          'model_index.json',
          json((c) => (c['_class_name'] = 'StableCascadeDecoderPipeline')),
        ),
      'GENERATE_PIPELINE_INVALID',
      /StableCascade/,
    ],
    [
      'an unknown scheduler class',
      () =>
        broken(
          'sd15',
          'scheduler/scheduler_config.json',
          json((c) => (c['_class_name'] = 'EDMScheduler')),
        ),
      'GENERATE_PIPELINE_INVALID',
      /EDMScheduler.*EulerDiscreteScheduler/,
    ],
    [
      'a missing graph',
      () => {
        const dir = folders.make('sd15');
        rmSync(join(dir, 'unet/model.onnx'));
        return dir;
      },
      'ONNX_MODEL_MISSING',
      /unet/,
    ],
    [
      'missing weights beside a graph',
      () => {
        const dir = folders.make('sd2');
        renameSync(join(dir, 'unet/model.onnx_data'), join(dir, 'unet/model.data'));
        return dir;
      },
      'ONNX_MODEL_MISSING',
      /model\.onnx_data/,
    ],
    [
      'a missing tokenizer',
      () => {
        const dir = folders.make('sd15');
        rmSync(join(dir, 'tokenizer/merges.txt'));
        return dir;
      },
      'GENERATE_PIPELINE_INVALID',
      /merges\.txt/,
    ],
    [
      'a graph that is cut short',
      () => broken('sd15', 'unet/model.onnx', (graph) => graph.subarray(0, 4000)),
      'ONNX_LOAD_FAILED',
      /unet/,
    ],
    [
      'an operator set of the future',
      () => broken('sd15', 'unet/model.onnx', withOpset(99)),
      'ONNX_LOAD_FAILED',
      /operator set 99/,
    ],
    [
      'another hash than SHA256SUMS says',
      () => {
        const dir = folders.make('sd15');
        writeFileSync(join(dir, 'SHA256SUMS'), `${'0'.repeat(64)}  ./unet/model.onnx\n`);
        return dir;
      },
      'ONNX_HASH_MISMATCH',
      /SHA256SUMS/,
    ],
    [
      'a decoder that overflows in half precision',
      () =>
        broken(
          'sdxl-turbo',
          'vae_decoder/config.json',
          json((c) => (c['scaling_factor'] = 1e-6)),
        ),
      'GENERATE_NAN',
      /half-precision/,
    ],
  ];
  it.each(cases)('%s', async (_name, make, code, message) => {
    const error = await throwsWithCode(() => draw(make(), 'red'), code);
    expect(error.message).toMatch(message);
  });

  it.each(cases.slice(0, 9))(
    '%s is told by checkModelFolder',
    async (_name, make, _code, message) => {
      const report = await checkModelFolder(openFolder(make()), { verify: true });
      expect(report.isUsable).toBe(false);
      expect(report.problems.join('\n')).toMatch(message);
    },
  );
});

describe('checkModelFolder', () => {
  it.each(Object.keys(listing.folders))('knows %s', async (family) => {
    const report = await checkModelFolder(openFolder(folders.make(family)));
    expect(report.problems).toEqual([]);
    expect(report.isUsable).toBe(true);
    expect(report.memoryBytes).toBeGreaterThan(40_000);
    expect(report.modes.length).toBeGreaterThan(0);
  });

  it('counts weights beside the graph, and half precision as it is computed', async () => {
    const dir = folders.make('sd2');
    const report = await checkModelFolder(openFolder(dir));
    const unet = report.parts.find((part) => part.name === 'unet')!;
    const beside = statSync(join(dir, 'unet/model.onnx_data')).size;
    expect(unet.bytes).toBeGreaterThan(beside);
    // Some 16,000 weights, stored in two bytes and computed in four.
    expect(unet.memoryBytes).toBeGreaterThan(60_000);
    expect(unet.opset).toBe(17);
  });
});
