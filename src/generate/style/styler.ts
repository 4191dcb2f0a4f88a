/**
 * Any picture in the palette and coarse texture of any other, in one pass: the latents of the bundled auto-encoder are whitened,
 * swapped patch by patch for those of the other, and coloured with its statistics (the style decorator of Avatar-Net, Sheng et
 * al. 2018, arXiv:1805.03857, without its network).
 */
import { assertNumber } from '../../core/index.js';
import { createPixels, flattenPixels, resizePixels } from '../../image/index.js';
import type { Pixels } from '../../image/index.js';
import type { ModelStore, OnnxModel } from '../../onnx/index.js';
import { throwIfAborted } from '../abort.js';
import { assertFinite } from '../finite.js';
import type { ImageSize } from '../options.js';
import { floats, port } from '../pipelines/ports.js';
import { pixelsToPlanar, planarToPixels, toUnitRange } from '../planar.js';
import { swapped } from './swap.js';
import type { Latent } from './swap.js';
import { coloured, statisticsOf, whitened } from './whitening.js';

export interface StyleOptions {
  /** How far towards the style, 0..1; 0 changes nothing. Default 1. */
  readonly strength?: number;
  /** Called before every row of the work. An exception thrown here stops it. */
  readonly onProgress?: (step: number, steps: number) => void;
  readonly signal?: AbortSignal;
}

export interface Styler {
  /** SHA-256 of the models that it runs, by part. */
  readonly sha256s: { readonly vaeEncoder: string; readonly vaeDecoder: string };
  /**
   * `content` in the style of `painting`, at its own size; both laid over white. Above 768 pixels a side the style is
   * worked out on a smaller picture and laid under the detail of `content`.
   *
   * @throws RangeError, GenerateError GENERATE_ABORTED or GENERATE_NAN, OnnxError
   */
  style(content: Pixels, painting: Pixels, options?: StyleOptions): Promise<Pixels>;
}

/** Longest sides that are worked on. */
const CONTENT_MOST = 768;
const PAINTING_MOST = 384;
/** Pixels a row and column of the latent. */
const CELL = 8;
const CHANNELS = 8;
/** Mirrored around a picture before it is encoded: the padding of convolutions would be seen as a frame. */
const FRAME = 32;
/** Of what is coloured, the share that is swapped: the rest keeps the shapes. */
const SWAPPED = 0.6;

export async function loadStyler(models: ModelStore): Promise<Styler> {
  const encoder = await models.load('vae-encoder');
  const decoder = await models.load('vae-decoder');
  return {
    sha256s: { vaeEncoder: encoder.sha256, vaeDecoder: decoder.sha256 },
    async style(content, painting, { strength = 1, onProgress, signal } = {}) {
      assertNumber(strength, 'strength', 0, 1);
      const whole = flattenPixels(content);
      if (strength === 0) return whole;
      const worked = await atMost(whole, CONTENT_MOST);
      const shapes = await encoded(encoder, worked);
      const style = await encoded(encoder, await atMost(flattenPixels(painting), PAINTING_MOST));
      let row = 0;
      const mixed = stylised(shapes, style, () => {
        throwIfAborted(signal);
        onProgress?.(row++, shapes.height);
      });
      const latent = shapes.data.map((value, i) => value + strength * (mixed[i]! - value));
      const made = await decoded(decoder, { ...shapes, data: latent }, worked);
      onProgress?.(shapes.height, shapes.height);
      return worked.width === whole.width && worked.height === whole.height
        ? made
        : withDetail(made, worked, whole);
    },
  };
}

function stylised(shapes: Latent, style: Latent, onRow: () => void): Float32Array {
  const its = statisticsOf(style.data, CHANNELS);
  const plain = whitened(shapes.data, statisticsOf(shapes.data, CHANNELS));
  const swaps = swapped(
    { ...shapes, data: plain },
    { ...style, data: whitened(style.data, its) },
    onRow,
  );
  return coloured(
    plain.map((value, i) => value + SWAPPED * (swaps[i]! - value)),
    its,
  );
}

async function atMost(pixels: Pixels, most: number): Promise<Pixels> {
  const scale = most / Math.max(pixels.width, pixels.height);
  if (scale >= 1) return pixels;
  const side = (length: number): number => Math.max(CELL, Math.round(length * scale));
  return resizePixels(pixels, side(pixels.width), side(pixels.height));
}

async function encoded(model: OnnxModel, pixels: Pixels): Promise<Latent> {
  const { data, width, height } = pixelsToPlanar(framed(pixels));
  const image = { data: data.map((value) => 2 * value - 1), dims: [1, 3, height, width] };
  const size = { width: width / CELL, height: height / CELL };
  const result = await model.run({ [port(model, 'inputs', []).name]: image });
  const length = CHANNELS * size.width * size.height;
  return {
    data: floats(model, port(model, 'outputs', []), result, length).slice(),
    channels: CHANNELS,
    ...size,
  };
}

async function decoded(model: OnnxModel, latent: Latent, size: ImageSize): Promise<Pixels> {
  const [width, height] = [latent.width * CELL, latent.height * CELL];
  const dims = [1, CHANNELS, latent.height, latent.width];
  const result = await model.run({
    [port(model, 'inputs', []).name]: { data: latent.data, dims },
  });
  const data = floats(model, port(model, 'outputs', []), result, 3 * width * height).slice();
  assertFinite(data, model.name);
  return unframed(planarToPixels(toUnitRange({ data, width, height })), size);
}

/** With at least `FRAME` mirrored pixels on all sides, and sides that the latent divides. */
function framed(pixels: Pixels): Pixels {
  const full = (side: number): number => Math.ceil((side + 2 * FRAME) / CELL) * CELL;
  const out = createPixels(full(pixels.width), full(pixels.height), 3);
  const mirrored = (i: number, side: number): number => {
    const place = Math.abs(i) % (2 * side);
    return place < side ? place : 2 * side - 1 - place;
  };
  for (let y = 0, to = 0; y < out.height; y++) {
    const row = mirrored(y - FRAME, pixels.height) * pixels.width;
    for (let x = 0; x < out.width; x++, to += 3) {
      const from = 3 * (row + mirrored(x - FRAME, pixels.width));
      for (let c = 0; c < 3; c++) out.data[to + c] = pixels.data[from + c]!;
    }
  }
  return out;
}

function unframed(pixels: Pixels, { width, height }: ImageSize): Pixels {
  const out = createPixels(width, height, 3);
  for (let y = 0; y < height; y++) {
    const from = 3 * ((y + FRAME) * pixels.width + FRAME);
    out.data.set(pixels.data.subarray(from, from + 3 * width), 3 * y * width);
  }
  return out;
}

/** `made`, enlarged, with what `whole` holds beyond `worked`, of which `made` was made. */
async function withDetail(made: Pixels, worked: Pixels, whole: Pixels): Promise<Pixels> {
  const { width, height } = whole;
  const large = await resizePixels(made, width, height);
  const coarse = await resizePixels(worked, width, height);
  const sum = large.data.map((value, i) => value + whole.data[i]! - coarse.data[i]!);
  return createPixels(width, height, 3, sum);
}
