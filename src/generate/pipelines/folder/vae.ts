/** Pictures to latents and back. */
import { tensorFor } from '../../../onnx/index.js';
import type { OnnxModel } from '../../../onnx/index.js';
import type { ImageSize } from '../../options.js';
import { toUnitRange } from '../../planar.js';
import type { PlanarImage } from '../../planar.js';
import type { NoiseSource } from '../../schedulers/scheduler.js';
import { floats, port } from '../ports.js';
import { decodeTiles } from './vae-tiles.js';
import type { TileOptions } from './vae-tiles.js';

export interface VaeScale {
  /** latent = (encoded - shift) * scaling */
  readonly scaling: number;
  readonly shift: number;
}

/**
 * `vae_encoder`: exports give the mean and the logarithm of the variance (`latent_parameters`), old ones a
 * sample that no seed decides (`latent_sample`).
 */
export async function encodePicture(
  model: OnnxModel,
  image: PlanarImage,
  dims: readonly [number, number, number],
  { scaling, shift }: VaeScale,
  noise: NoiseSource,
): Promise<Float32Array> {
  const input = port(model, 'inputs', []);
  const output = port(model, 'outputs', []);
  const signed = image.data.map((x) => Math.fround(2 * x) - 1);
  const results = await model.run({
    [input.name]: tensorFor(input, signed, [1, 3, image.height, image.width]),
  });
  const length = dims[0] * dims[1] * dims[2];
  const isDistribution = results[output.name]?.data.length === 2 * length;
  const encoded = floats(model, output, results, isDistribution ? 2 * length : length);
  const latent = encoded.slice(0, length);
  if (isDistribution) {
    const fresh = noise(length);
    for (let i = 0; i < length; i++) {
      const logVariance = Math.min(20, Math.max(-30, encoded[length + i]!));
      const deviation = Math.fround(Math.exp(Math.fround(0.5 * logVariance)));
      latent[i] = latent[i]! + Math.fround(deviation * fresh[i]!);
    }
  }
  for (let i = 0; i < length; i++) latent[i] = Math.fround(latent[i]! - shift) * scaling;
  return latent;
}

/**
 * @param sample overwritten
 * @param tiles decode in tiles; at once when undefined, or when one tile holds all
 */
export async function decodeLatent(
  model: OnnxModel,
  sample: Float32Array,
  dims: readonly [number, number, number],
  { scaling, shift }: VaeScale,
  { width, height }: ImageSize,
  tiles?: TileOptions,
): Promise<PlanarImage> {
  for (let i = 0; i < sample.length; i++) sample[i] = Math.fround(sample[i]! / scaling) + shift;
  const input = port(model, 'inputs', []);
  const output = port(model, 'outputs', []);
  const decode = async (
    latent: Float32Array,
    [channels, rows, columns]: readonly [number, number, number],
  ): Promise<PlanarImage> => {
    const feed = tensorFor(input, latent, [1, channels, rows, columns]);
    const results = await model.run({ [input.name]: feed });
    const size = { width: (width / dims[2]) * columns, height: (height / dims[1]) * rows };
    return { data: floats(model, output, results, 3 * size.width * size.height), ...size };
  };
  const isOne = tiles === undefined || Math.max(dims[1], dims[2]) <= tiles.side;
  return toUnitRange(
    isOne ? await decode(sample, dims) : await decodeTiles(sample, dims, tiles, decode),
  );
}
