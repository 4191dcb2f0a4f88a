import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { calibrate, parseCalibration } from '../../src/detect/signals/classifier/calibration.js';
import type { ClassifierCalibration } from '../../src/detect/signals/classifier/calibration.js';
import { chooseCrops, CROP_SIZE, spread } from '../../src/detect/signals/classifier/crops.js';
import { classifierEvidence } from '../../src/detect/signals/classifier/evidence.js';
import { QUALITY_BINS, qualityBin } from '../../src/detect/signals/classifier/quality.js';
import { readClassifier, runCrops } from '../../src/detect/signals/classifier/read.js';
import { createPixels, decodeImage, encodeImage } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import { createModelStore } from '../../src/onnx/index.js';
import type { ModelStore, OnnxModel } from '../../src/onnx/index.js';

interface Golden {
  seeds: number[];
  /** Of the graph that ships, by onnxruntime in Python. */
  logits: number[];
  /** By PyTorch, before the convolutions were brought to 8 bits (docs/decisions/0010). */
  unquantised: number[];
}

const TOLERANCE = { sameGraph: 0.02, quantised: 0.3 };

/** The texture of training/classifier/export.py, `golden_crop`: integers only, the same in every language. */
function goldenPicture(seed: number, width = CROP_SIZE, height = CROP_SIZE): Pixels {
  const pixels = createPixels(width, height, 3);
  let at = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        let h =
          (Math.imul(x, 374761393) +
            Math.imul(y, 668265263) +
            Math.imul(c, 2147483647) +
            Math.imul(seed, 1274126177)) >>>
          0;
        h = Math.imul(h ^ (h >>> 13), 1274126177) >>> 0;
        const noise = (h >>> 16) % (4 + 8 * seed);
        const squares = (((x >> 3) + (y >> 3)) % 2) * 30 * seed;
        pixels.data[at++] = (x * (2 + seed) + y * 3 + c * 20 + squares + noise) % 256;
      }
    }
  }
  return pixels;
}

describe('crops', () => {
  it('are spread from edge to edge, each inside the picture', () => {
    expect(spread(96, 20)).toEqual([0]);
    expect(spread(95, 20)).toEqual([]);
    expect(spread(200, 20)).toEqual([0, 52, 104]);
    expect(spread(30_000, 20)).toHaveLength(20);
    expect(spread(30_000, 20).at(-1)).toBe(30_000 - CROP_SIZE);
  });

  it('come from textured and from smooth places, never from ones of one colour, and always the same', () => {
    const pixels = createPixels(384, 96, 3);
    const fill = (column: number, value: (x: number, y: number) => number): void => {
      for (let y = 0; y < 96; y++)
        for (let x = column * 96; x < column * 96 + 96; x++)
          pixels.data.fill(value(x, y), (y * 384 + x) * 3, (y * 384 + x) * 3 + 3);
    };
    fill(0, () => 128);
    fill(1, (x) => x);
    fill(2, (x, y) => (((x >> 2) + (y >> 2)) % 2 === 0 ? 40 : 200));
    fill(3, (x, y) => 100 + (((x >> 2) + (y >> 2)) % 9));
    const lefts = (count: number): number[] => chooseCrops(pixels, count).map(({ left }) => left);
    expect(lefts(1)).toEqual([192]);
    expect(lefts(2)).toEqual([192, 288]);
    expect(lefts(12)).toEqual([192, 96, 288]);
    expect(lefts(12)).toEqual(lefts(12));
  });

  it('do not exist in a picture that is thinner than one: a strip is not judged', () => {
    expect(chooseCrops(goldenPicture(3, 900, 95), 6)).toEqual([]);
    expect(chooseCrops(goldenPicture(3, 95, 900), 6)).toEqual([]);
    expect(chooseCrops(goldenPicture(3, 900, 96), 6)).toHaveLength(6);
  });

  it('of a picture of one colour are none: there is nothing to judge', () => {
    const pixels = createPixels(512, 512, 3);
    expect(chooseCrops(pixels, 12)).toEqual([]);
    pixels.data.fill(255);
    expect(chooseCrops(pixels, 12)).toEqual([]);
  });
});

describe('quality', () => {
  const picture = goldenPicture(1, 64, 64);
  it.each([
    ['jpeg', { quality: 40 }, 'jpeg-0-60'],
    ['jpeg', { quality: 75 }, 'jpeg-60-85'],
    ['jpeg', { quality: 92 }, 'jpeg-85-100'],
    ['png', {}, 'lossless'],
    ['webp', { quality: 80 }, 'lossy'],
    ['webp', { lossless: true }, 'lossless'],
  ] as const)('%s %j is %s', async (format, options, bin) => {
    const bytes = await encodeImage(picture, { format, ...options });
    expect(qualityBin(bytes, await decodeImage(bytes))).toBe(bin);
  });
});

describe('calibration', () => {
  const even = (from: number): number[] => Array.from({ length: 199 }, (_, i) => from + i / 100);
  const calibration: ClassifierCalibration = {
    schemaVersion: 4,
    model: 'x',
    crops: 12,
    cap: 2.9444,
    alpha: { real: 0.01, synthetic: 0.05 },
    slope: 2,
    bias: {
      'jpeg-0-60': 1.5,
      'jpeg-60-85': 0.5,
      'jpeg-85-100': 0.5,
      lossy: 0.5,
      lossless: 0.5,
    },
    falsePositiveRate: {
      'jpeg-0-60': null,
      'jpeg-60-85': 0.01,
      'jpeg-85-100': 0.01,
      lossy: null,
      lossless: 0.01,
    },
    conformal: { real: [even(-2), even(-9)], synthetic: even(-1) },
  };
  const at = (pooled: number): ReturnType<typeof calibrate> =>
    calibrate(pooled - 0.25, 'lossless', calibration);

  it('is linear, and capped', () => {
    expect(at(0.25).logOdds).toBeCloseTo(0.5, 6);
    expect(at(50).logOdds).toBe(2.9444);
    expect(at(-50).logOdds).toBe(-2.9444);
  });

  it('excludes a class when at most alpha of its pictures are as extreme: (1 + k) / (n + 1)', () => {
    const decide = (pooled: number) => calibrate(pooled, 'lossless', calibration).decision;
    // Reals end at -0.02: one of 199 at or above gives 2/200 = alpha, so the real class falls.
    expect(decide(-0.025)).toBe('synthetic');
    expect(decide(-0.035)).toBe('inconclusive'); // two of 199 above, 3/200
    // Synthetic ones begin at -1: nine at or below give 10/200 = alpha.
    expect(decide(-0.915)).toBe('not-synthetic');
    expect(decide(-0.905)).toBe('inconclusive');
  });

  it('scores by the quality of the file, and decides files of all qualities alike', () => {
    for (const pooled of [-1.5, -0.5, 0.5]) {
      const poor = calibrate(pooled, 'jpeg-0-60', calibration);
      const whole = calibrate(pooled, 'lossless', calibration);
      expect(poor.logOdds - whole.logOdds).toBeCloseTo(1, 6);
      expect(poor.decision).toBe(whole.decision);
    }
  });

  it('as shipped never scores against its own decision', () => {
    const shipped = parseCalibration(readFileSync('models/classifier-calibration.json'));
    const pooled = [...shipped.conformal.real.flat(), ...shipped.conformal.synthetic];
    for (const bin of QUALITY_BINS) {
      for (const { decision, logOdds } of pooled.map((x) => calibrate(x, bin, shipped))) {
        if (decision !== 'inconclusive') expect(logOdds > 0).toBe(decision === 'synthetic');
      }
    }
  });

  it('is refused when it is not what training writes', () => {
    const wrong = [
      { cap: 0 },
      { cap: '5' },
      { slope: null },
      { slope: -1 },
      { alpha: undefined },
      { alpha: { real: null, synthetic: 'x' } },
      { falsePositiveRate: {} },
      { falsePositiveRate: { ...calibration.falsePositiveRate, lossless: -3 } },
      { conformal: undefined },
      { conformal: { real: [[]], synthetic: [0] } },
    ].map((change) => JSON.stringify({ ...calibration, ...change }));
    for (const text of ['{', 'null', '[]', ...wrong]) {
      expect(() => parseCalibration(new TextEncoder().encode(text))).toThrow(
        expect.objectContaining({ code: 'ONNX_MANIFEST_INVALID' }),
      );
    }
  });
});

describe('evidence', () => {
  const report = {
    model: 'classifier',
    score: 0.9,
    llr: 2.2,
    decision: 'synthetic',
    falsePositiveRate: 0.012,
    crops: 12,
    quality: 'lossless',
    pReal: 0.01,
  } as const;

  it('claims something only outside the abstention, and states its false-positive rate', () => {
    expect(classifierEvidence(report)).toMatchObject({
      claim: 'ai-generated',
      strength: 'statistical',
      falsePositiveRate: 0.012,
    });
    const abstains = classifierEvidence({ ...report, decision: 'inconclusive', llr: 0 });
    expect(abstains).toMatchObject({ id: 'classifier.inconclusive', claim: null, llr: 0 });
    expect(abstains.abstains).toBe(true);
    const silent = classifierEvidence({ ...report, decision: 'inconclusive', llr: 0, pReal: 0.3 });
    expect(silent.abstains).toBeUndefined();
    expect(classifierEvidence({ ...report, decision: 'not-synthetic', llr: -1 }).claim).toBeNull();
    const unjudged = { ...report, decision: 'inconclusive', llr: 0, crops: 0, pReal: 1 } as const;
    expect(classifierEvidence(unjudged).finding).toMatch('did not judge');
  });
});

describe('the model', () => {
  const golden = JSON.parse(
    readFileSync(new URL('../../fixtures/vectors/classifier.json', import.meta.url), 'utf8'),
  ) as Golden;
  let models: ModelStore;
  beforeAll(() => {
    models = createModelStore({ threads: 1 });
  });
  const read = async (bytes: Uint8Array, heatmap = false): ReturnType<typeof readClassifier> =>
    readClassifier({ bytes, image: await decodeImage(bytes), models, heatmap });

  it('gives the logits that onnxruntime gives in Python, and nearly those of PyTorch', async () => {
    const model = await models.load('classifier');
    for (const [i, seed] of golden.seeds.entries()) {
      const [logit] = await runCrops(model, goldenPicture(seed), [{ left: 0, top: 0 }]);
      expect(Math.abs(logit! - golden.logits[i]!)).toBeLessThan(TOLERANCE.sameGraph);
      expect(Math.abs(logit! - golden.unquantised[i]!)).toBeLessThan(TOLERANCE.quantised);
    }
  });

  it('says the same of the same pixels in another lossless file, with or without an opaque alpha', async () => {
    const picture = goldenPicture(2, 260, 210);
    const rgba = createPixels(260, 210, 4);
    rgba.data.forEach((_, i) => {
      rgba.data[i] = i % 4 === 3 ? 255 : picture.data[(i >> 2) * 3 + (i % 4)]!;
    });
    const plain = await read(await encodeImage(picture, { format: 'png' }));
    expect(plain).toMatchObject({ crops: 6, quality: 'lossless' });
    expect(await read(await encodeImage(rgba, { format: 'png' }))).toEqual(plain);
    const webp = await encodeImage(picture, { format: 'webp', lossless: true });
    expect(await read(webp)).toEqual(plain);
  });

  it('is bounded, whatever the size, and draws a map only when asked', async () => {
    const cap = Math.log(19) + 1e-3;
    for (const [width, height] of [
      [1, 1],
      [17, 40],
      [3000, 20],
      [600, 400],
    ] as const) {
      const bytes = await encodeImage(goldenPicture(3, width, height), { format: 'png' });
      const wanted = width === 600;
      const report = (await read(bytes, wanted))!;
      expect(Math.abs(report.llr)).toBeLessThan(cap);
      expect(report.score).toBeGreaterThan(0.049);
      expect(report.score).toBeLessThan(0.951);
      expect(report.crops).toBeLessThanOrEqual(6);
      expect(report.heatmap === undefined).toBe(!wanted);
      if (wanted) {
        const { width: columns, height: rows, values } = report.heatmap!;
        expect([columns, rows, values.length]).toEqual([7, 5, 35]);
        expect(values.every((value) => Math.abs(value) < cap)).toBe(true);
      }
    }
  });

  it('is refused when it gives no number, or too few', async () => {
    const place = { left: 0, top: 0 };
    for (const data of [[], [Number.NaN], [1, 2]]) {
      const model = { run: () => Promise.resolve({ logits: { data, dims: [data.length] } }) };
      await expect(
        runCrops(model as unknown as OnnxModel, goldenPicture(0), [place]),
      ).rejects.toMatchObject({ code: 'ONNX_RUN_FAILED' });
    }
  });

  it('judges six squares, and says nothing of five', async () => {
    const png = async (width: number, height: number) =>
      read(await encodeImage(goldenPicture(3, width, height), { format: 'png' }));
    expect(await png(480, 96)).toMatchObject({
      crops: 0,
      score: 0.5,
      llr: 0,
      pReal: 1,
      falsePositiveRate: null,
    });
    const strip = await encodeImage(goldenPicture(3, 900, 95), { format: 'png' });
    expect(await read(strip, true)).not.toHaveProperty('heatmap');
    const judged = (await png(288, 192))!;
    expect(judged.crops).toBe(6);
    expect(judged.score).not.toBe(0.5);
  });

  it('does not run where a folder of models has none', async () => {
    const bytes = await encodeImage(goldenPicture(0, 32, 32), { format: 'png' });
    const dir = fileURLToPath(new URL('../../fixtures/models/tiny/', import.meta.url));
    const image = await decodeImage(bytes);
    expect(
      await readClassifier({ bytes, image, models: createModelStore({ dir }), heatmap: false }),
    ).toBeNull();
  });
});
