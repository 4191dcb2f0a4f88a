/** Normalizing flow: Glow (Kingma & Dhariwal 2018, arXiv:1807.03039), a bijection between pictures and noise. */
import { assertNumber, createTorchNormals, MersenneTwister } from '../../core/index.js';
import type { Pixels } from '../../image/index.js';
import type { ModelStore, OnnxModel } from '../../onnx/index.js';
import type { Family, FamilyModel } from './family.js';
import { temperatures } from './exhibit.js';
import { runOne, runRaw, shapeOf, valuesOf } from './graph.js';
import { assertFinite } from '../finite.js';
import { invalidPipeline } from '../pipelines/ports.js';
import { squareOf } from './square.js';
import { pixelsToPlanar } from '../planar.js';

const TEMPERATURE = 0.7;
const TEMPERATURE_MAX = 1.5;
const GREY_LEVELS = 256;

export const FLOW: Family = {
  name: 'flow',
  title: 'normalizing flow',
  models: ['family-flow-inverse', 'family-flow-forward'],
  takes: ['temperature'],
  exhibit: temperatures,
  async load(store) {
    return flowOf(await store.load('family-flow-inverse'));
  },
};

function flowOf(inverse: OnnxModel): FamilyModel {
  const size = valuesOf(shapeOf(inverse, 'inputs', 'noise'));
  const [, height, width] = shapeOf(inverse, 'outputs', 'image') as [number, number, number];
  return {
    models: [inverse],
    side: width,
    async draw({ seed, temperature = TEMPERATURE, onStep }) {
      assertNumber(temperature, 'temperature', 0, TEMPERATURE_MAX);
      onStep('decode', 0, 1);
      const noise = createTorchNormals(seed)(size).map((value) => value * temperature);
      const { image } = await runOne(inverse, { noise }, ['image']);
      onStep('decode', 1, 1);
      const data = image.map((value) => Math.min(1, Math.max(0, value + 0.5)));
      return {
        image: { data, width, height },
        settings: { temperature },
        scheduler: 'none',
        steps: 1,
      };
    },
  };
}

interface Forwards {
  readonly noise: Float32Array | Float64Array;
  /** In nats. */
  readonly logDensity: number;
}

/** @throws OnnxError ONNX_RUN_FAILED, GenerateError GENERATE_NAN or GENERATE_PIPELINE_INVALID */
async function forwards(forward: OnnxModel, image: Float32Array): Promise<Forwards> {
  const results = await runRaw(forward, { image });
  const [noise, density] = ['noise', 'log_density'].map((name) => {
    const { data } = results[name] ?? {};
    if (!(data instanceof Float32Array || data instanceof Float64Array)) {
      throw invalidPipeline(`${forward.name} should return floating-point values as "${name}"`);
    }
    assertFinite(data, `output "${name}" of ${forward.name}`);
    return data;
  });
  return { noise: noise!, logDensity: density![0]! };
}

export interface Likelihood {
  /** Side of the square that was judged: the flow's own size. */
  readonly size: number;
  /** -log2 of the density of the dequantised picture, per value: what a coder that knows the model would need at most. */
  readonly bitsPerDimension: number;
  /** Log-density of the dequantised values in -0.5..0.5, in nats. */
  readonly logDensity: number;
  /** Largest difference after picture -> noise -> picture, in those units. */
  readonly roundTripError: number;
  /** Mean of the noise's squares; about 1 for pictures like those of the training. */
  readonly noisePower: number;
}

export interface LikelihoodOptions {
  /** Of the dequantisation, 0..2^53-65. Default 0. */
  readonly seed?: number;
}

/**
 * How likely `pixels` are to the bundled flow: exact for the dequantised values, and on average over the dequantisation a bound on the
 * 8-bit picture's own (Theis et al. 2016, arXiv:1511.01844, section 3.1).
 *
 * @throws OnnxError, GenerateError GENERATE_NAN
 */
export async function likelihoodOf(
  models: ModelStore,
  pixels: Pixels,
  { seed = 0 }: LikelihoodOptions = {},
): Promise<Likelihood> {
  const forward = await models.load('family-flow-forward');
  const inverse = await models.load('family-flow-inverse');
  const [, side = 0] = shapeOf(forward, 'inputs', 'image');
  const random = new MersenneTwister(seed);
  const { data } = pixelsToPlanar(await squareOf(pixels, side));
  const image = data.map(
    (value) => (Math.round(value * 255) + random.nextFloat()) / GREY_LEVELS - 0.5,
  );
  // Noise stays in double precision: of an impossible picture it reaches thousands, and the way back needs every digit.
  const { noise, logDensity } = await forwards(forward, image);
  const back = await runOne(inverse, { noise }, ['image']);
  return {
    size: side,
    bitsPerDimension: Math.log2(GREY_LEVELS) - logDensity / (image.length * Math.LN2),
    logDensity,
    roundTripError: image.reduce(
      (worst, value, i) => Math.max(worst, Math.abs(value - back.image[i]!)),
      0,
    ),
    noisePower: meanSquare(noise),
  };
}

function meanSquare(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum / values.length;
}
