/**
 * The noise that the bundled model would have drawn a picture from, as far as the picture still tells it: the picture's latent,
 * and one look of the flow at it at a low noise level, which says what of it is noise (the reverse of Song et al. 2021,
 * arXiv:2011.13456, section 4.3, in a single step: further ones add error, docs/watermark/latent.md).
 */
import { flattenPixels, resizePixels } from '../../../image/index.js';
import type { Pixels } from '../../../image/index.js';
import { floatsOf, OnnxError, tensorFor } from '../../../onnx/index.js';
import type { ModelStore, OnnxModel } from '../../../onnx/index.js';
import type { FlowParts } from './flow-parts.js';
import { loadFlow } from './flow-parts.js';
import { whiten } from './whiten.js';

/** Noise level, 0..1, at which the flow is asked: the one that finds most (docs/watermark/latent.md). */
const LEVEL = 0.35;

/**
 * The encoder gives a latent back weakened; what a further pass through the auto-encoder takes is put back as many times. Two or
 * three is best for a picture as it was written, more for one that somebody already sent through it.
 */
const RESTORED = 4;

/**
 * Estimates of the noise, the picture as it is and mirrored, in the latent's order [channel, row, column]; null where the store
 * has no pipeline with an encoder.
 *
 * @throws OnnxError when its files are damaged.
 */
export async function estimateNoise(
  pixels: Pixels,
  models: ModelStore,
): Promise<Float32Array[] | null> {
  const parts = await loadFlow(models);
  if (parts === null) return null;
  const side = parts.latent.size * parts.latent.downscale;
  const small = await resizePixels(flattenPixels(pixels), side, side);
  const views = [signedPlanes(small, false), signedPlanes(small, true)];
  const estimates: Float32Array[] = [];
  for (const view of views) {
    const noise = await look(parts, await latentOf(parts, view, side));
    estimates.push(whiten(noise, parts.latent.size));
  }
  return estimates;
}

/** The latent that the picture was decoded from, as nearly as the auto-encoder tells. */
async function latentOf(
  parts: FlowParts,
  image: Float32Array,
  side: number,
): Promise<Float32Array> {
  const first = await encode(parts, image, side);
  const second = await encode(parts, await decode(parts, first), side);
  return first.map((value, i) => value + RESTORED * (value - second[i]!));
}

async function encode(
  { encoder, latent }: FlowParts,
  image: Float32Array,
  side: number,
): Promise<Float32Array> {
  const result = await encoder.run({
    [encoder.inputs[0]!.name]: { data: image, dims: [1, 3, side, side] },
  });
  const sample = onlyOutput(encoder, result);
  const plane = latent.size ** 2;
  return sample.map((value, i) => {
    const channel = Math.floor(i / plane);
    return (value - latent.mean[channel]!) / latent.std[channel]!;
  });
}

async function decode({ decoder, latent }: FlowParts, sample: Float32Array): Promise<Float32Array> {
  const { channels, size, mean, std } = latent;
  const data = sample.map((value, i) => {
    const channel = Math.floor(i / size ** 2);
    return value * std[channel]! + mean[channel]!;
  });
  const result = await decoder.run({
    [decoder.inputs[0]!.name]: { data, dims: [1, channels, size, size] },
  });
  return onlyOutput(decoder, result).map((value) => Math.min(1, Math.max(-1, value)));
}

/**
 * Of the straight line x = (1 - t) picture + t noise the model says noise - picture, so the noise is x + (1 - t) times that. The
 * latent is laid on that line first: weakened by 1 - t, and what it bears of the noise stands for the t noise.
 */
async function look(parts: FlowParts, latentSample: Float32Array): Promise<Float32Array> {
  const sample = latentSample.map((value) => (1 - LEVEL) * value);
  const { transformer, nothing, latent } = parts;
  const { channels, size } = latent;
  const feeds = Object.fromEntries(
    transformer.inputs.map((input) => {
      if (input.name === 'sample') {
        return [input.name, tensorFor(input, sample, [1, channels, size, size])];
      }
      if (input.name === 'timestep') return [input.name, tensorFor(input, [LEVEL * 1000], [1])];
      const said = nothing[input.name];
      if (said !== undefined) return [input.name, said];
      // Masks and control pictures: there are none.
      const dims = [1, ...input.dims.slice(1).map(Number)];
      const count = dims.reduce((product, dim) => product * dim, 1);
      return [input.name, tensorFor(input, new Float32Array(count), dims)];
    }),
  );
  const velocity = onlyOutput(transformer, await transformer.run(feeds));
  return sample.map((value, i) => value + (1 - LEVEL) * velocity[i]!);
}

function onlyOutput(
  model: OnnxModel,
  results: Awaited<ReturnType<OnnxModel['run']>>,
): Float32Array {
  const [output] = model.outputs;
  const values = output && results[output.name] && floatsOf(results[output.name]!);
  if (values !== undefined) return values;
  throw new OnnxError({
    code: 'ONNX_RUN_FAILED',
    message: `the output of ${model.name} should be floating-point values`,
  });
}

/** 8-bit RGB to planes in -1..1, perhaps left and right exchanged. */
function signedPlanes({ data, width, height }: Pixels, mirrored: boolean): Float32Array {
  const plane = width * height;
  const out = new Float32Array(3 * plane);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = y * width + (mirrored ? width - 1 - x : x);
      for (let c = 0; c < 3; c++) out[c * plane + to] = data[at++]! / 127.5 - 1;
    }
  }
  return out;
}
