/** Super-resolution of any picture, tile by tile, with the very values that the whole picture would give. */
import { assertOneOf } from '../core/index.js';
import { createPixels, flattenPixels, resizePixels } from '../image/index.js';
import type { Pixels } from '../image/index.js';
import type { ModelStore, OnnxModel } from '../onnx/index.js';
import { throwIfAborted } from './abort.js';
import { GenerateError, optionError } from './errors.js';
import { assertFinite } from './finite.js';
import type { GenerateProgress } from './options.js';
import type { PipelineIdentity } from './pipelines/parts.js';

export const UPSCALE_FACTORS = [2, 4] as const;
export type UpscaleFactor = (typeof UPSCALE_FACTORS)[number];

export interface UpscaleOptions {
  /** 2 halves what the x4 model gives, by means of 2x2 pixels. Default 4. */
  readonly factor?: UpscaleFactor;
  /** Called before the first and after every tile. An exception thrown here stops the work. */
  readonly onProgress?: (progress: GenerateProgress) => void;
  /** Stops the work between two tiles with GENERATE_ABORTED. */
  readonly signal?: AbortSignal;
}

export interface UpscaledImage {
  readonly pixels: Pixels;
  readonly model: PipelineIdentity;
}

export interface Upscaler {
  /**
   * `pixels` two or four times larger. Transparency is enlarged by Lanczos, under the colours of the model. Memory is
   * that of the result and one tile.
   *
   * @throws TypeError or RangeError for a factor that is none; GenerateError GENERATE_OPTION when the result would
   *   exceed 100 megapixels or 16,384 pixels a side; OnnxError when the model cannot be loaded or run.
   */
  upscale(pixels: Pixels, options?: UpscaleOptions): Promise<UpscaledImage>;
}

const MODEL = 'upscaler-x4';
const MODEL_FACTOR = 4;
/** Source pixels a side that one run settles. */
const TILE = 192;
/** Ten 3x3 convolutions and the reach of the bicubic enlargement beside them: what a pixel depends on. */
const REACH = 12;
const MAX_PIXELS = 100e6;
const MAX_SIDE = 16_384;

export function createUpscaler({ models }: { models: ModelStore }): Upscaler {
  return {
    async upscale(pixels, options = {}) {
      const { factor = 4, signal } = options;
      assertOneOf(factor, 'factor', UPSCALE_FACTORS);
      assertFits(pixels, factor);
      throwIfAborted(signal);
      const model = await models.load(MODEL);
      const out = await inTiles(model, flattenedKeepingColours(pixels), factor, options);
      const withAlpha = pixels.channels === 4 ? await addAlpha(out, pixels) : out;
      const { name, version, sha256 } = model;
      return { pixels: withAlpha, model: { name, version, sha256s: { upscaler: sha256 } } };
    },
  };
}

function assertFits({ width, height }: Pixels, factor: number): void {
  const [w, h] = [width * factor, height * factor];
  if (w * h <= MAX_PIXELS && Math.max(w, h) <= MAX_SIDE) return;
  throw optionError(
    `${width}x${height} times ${factor} is ${w}x${h}; at most 100 megapixels and ${MAX_SIDE} a side can be made`,
  );
}

/** RGB as stored. Where nothing is seen any colour may stand, and one over white would bleed into the edge. */
function flattenedKeepingColours(pixels: Pixels): Pixels {
  if (pixels.channels === 3) return pixels;
  const opaque = createPixels(pixels.width, pixels.height, 4, pixels.data.slice());
  for (let i = 3; i < opaque.data.length; i += 4) opaque.data[i] = 255;
  return flattenPixels(opaque);
}

async function inTiles(
  model: OnnxModel,
  source: Pixels,
  factor: UpscaleFactor,
  { onProgress, signal }: UpscaleOptions,
): Promise<Pixels> {
  const { width, height } = source;
  const out = createPixels(width * factor, height * factor, 3);
  const steps = Math.ceil(width / TILE) * Math.ceil(height / TILE);
  let step = 0;
  const tell = (): void =>
    onProgress?.({ stage: 'upscale', step: step++, steps, image: 0, images: 1 });
  tell();
  for (let y = 0; y < height; y += TILE) {
    for (let x = 0; x < width; x += TILE) {
      throwIfAborted(signal);
      const core = { x, y, width: Math.min(TILE, width - x), height: Math.min(TILE, height - y) };
      await settleTile(model, source, core, factor, out);
      tell();
    }
  }
  return out;
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Run `core` with what its pixels depend on around it, and keep `core` alone. */
async function settleTile(
  model: OnnxModel,
  source: Pixels,
  core: Box,
  factor: UpscaleFactor,
  out: Pixels,
): Promise<void> {
  const x = Math.max(0, core.x - REACH);
  const y = Math.max(0, core.y - REACH);
  const width = Math.min(source.width, core.x + core.width + REACH) - x;
  const height = Math.min(source.height, core.y + core.height + REACH) - y;
  const fed = { x, y, width, height };
  const input = { data: planesOf(source, fed), dims: [1, 3, height, width] };
  const results = await model.run({ [model.inputs[0]!.name]: input });
  const { data } = results[model.outputs[0]!.name]!;
  if (!(data instanceof Float32Array) || data.length !== input.data.length * MODEL_FACTOR ** 2) {
    throw new GenerateError({
      code: 'GENERATE_PIPELINE_INVALID',
      message: `${model.name} should enlarge ${width}x${height} by ${MODEL_FACTOR}`,
    });
  }
  assertFinite(data, model.name);
  keepCore(data, fed, core, factor, out);
}

/** A part of `source` as three planes of 0..1. */
function planesOf(source: Pixels, { x, y, width, height }: Box): Float32Array {
  const plane = width * height;
  const planes = new Float32Array(3 * plane);
  for (let row = 0, i = 0; row < height; row++) {
    let at = ((y + row) * source.width + x) * 3;
    for (let column = 0; column < width; column++, i++) {
      for (let c = 0; c < 3; c++) planes[c * plane + i] = source.data[at++]! / 255;
    }
  }
  return planes;
}

/** Copy what `core` became, as means over squares when `factor` is less than the model's. */
function keepCore(
  enlarged: Float32Array,
  fed: Box,
  core: Box,
  factor: UpscaleFactor,
  out: Pixels,
): void {
  const step = MODEL_FACTOR / factor;
  const stride = fed.width * MODEL_FACTOR;
  const plane = stride * fed.height * MODEL_FACTOR;
  for (let y = 0; y < core.height * factor; y++) {
    const row = ((core.y - fed.y) * factor + y) * step;
    let to = ((core.y * factor + y) * out.width + core.x * factor) * 3;
    for (let x = 0; x < core.width * factor; x++) {
      const column = ((core.x - fed.x) * factor + x) * step;
      for (let c = 0; c < 3; c++) {
        const first = c * plane + row * stride + column;
        let sum = 0;
        for (let dy = 0; dy < step; dy++) {
          for (let dx = 0; dx < step; dx++) sum += enlarged[first + dy * stride + dx]!;
        }
        out.data[to++] = (255 * sum) / step ** 2;
      }
    }
  }
}

async function addAlpha(colours: Pixels, source: Pixels): Promise<Pixels> {
  const { width, height } = colours;
  const mask = createPixels(source.width, source.height, 3);
  for (let i = 0; i < source.width * source.height; i++) {
    mask.data.fill(source.data[4 * i + 3]!, 3 * i, 3 * i + 3);
  }
  const alpha = await resizePixels(mask, width, height);
  const out = createPixels(width, height, 4);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) out.data[4 * i + c] = colours.data[3 * i + c]!;
    out.data[4 * i + 3] = alpha.data[3 * i]!;
  }
  return out;
}
