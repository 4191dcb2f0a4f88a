/** A control picture made ready for the bundled pipeline: read, brought to the model's size, encoded. */
import { cropPixels, resizePixels } from '../../image/index.js';
import type { Pixels } from '../../image/index.js';
import type { Rect } from '../edit/canvas.js';
import { samplesSha256 } from '../edit/samples-hash.js';
import { optionError } from '../errors.js';
import type { GenerateOptions, ImageSize } from '../options.js';
import type { DiffusionParts, LatentEncoder } from '../pipelines/parts.js';
import { pixelsToPlanar } from '../planar.js';
import { readControl } from './control-map.js';
import type { ControlReading, ReadAs } from './control-map.js';
import type { ControlKind } from './kinds.js';
import { inLearntColours } from './palette.js';
import { thickened } from './skeleton-map.js';

/** The control picture of an image, for its record. */
export interface ControlRecord {
  /** Of the samples as they were given, lower-case hex. */
  readonly sha256: string;
  readonly scale: number;
  /** Absent where nobody said what the map shows. */
  readonly kind?: ControlKind;
  readonly readAs?: ReadAs;
}

export interface Control {
  readonly record: ControlRecord;
  readonly warnings: readonly string[];
  readonly encoder: LatentEncoder;
  readonly scale: number;
  /** Latent of all of the picture, or of what lies under `window` when it is laid over a canvas of `size`. */
  latentOf(under?: { readonly size: ImageSize; readonly window: Rect }): Promise<Float32Array>;
}

/** @throws GenerateError GENERATE_OPTION when the model reads no control pictures, or cannot use this one. */
export async function prepareControl(
  parts: DiffusionParts,
  { control, controlKind, controlSource, controlScale: scale = 1 }: GenerateOptions,
): Promise<Control | null> {
  if (control === undefined) return null;
  if (!parts.readsCondition || parts.encoder === undefined) {
    throw optionError(`${parts.identity.name} does not read control pictures`);
  }
  const reading = readControl(control, controlKind!, controlSource);
  const encoder = await parts.encoder();
  const [, rows, columns] = parts.latentDims;
  const size = { width: columns * parts.downscale, height: rows * parts.downscale };
  const encoded = async (part: Pixels): Promise<Float32Array> =>
    encoder.encode(pixelsToPlanar(await learntMap(reading, part, size)));
  let whole: Promise<Float32Array> | undefined;
  return {
    record: { sha256: samplesSha256(control), scale, kind: reading.kind, readAs: reading.readAs },
    warnings: [...reading.warnings, ...(await flatness(reading, control, size))],
    encoder,
    scale,
    async latentOf(under) {
      if (under === undefined) return (whole ??= encoded(control));
      const { width, height } = under.size;
      const laid = await resizePixels(control, width, height, 'nearest');
      const { x, y, width: w, height: h } = under.window;
      return encoded(cropPixels(laid, x, y, w, h));
    },
  };
}

async function learntMap(reading: ControlReading, part: Pixels, size: ImageSize): Promise<Pixels> {
  if (reading.kind === 'pose') {
    // Thin lines would fade at the size that the model is shown.
    const large = { width: 2 * size.width, height: 2 * size.height };
    return resizePixels(thickened(await reading.map(part, large)), size.width, size.height);
  }
  const map = await reading.map(part, size);
  return reading.kind === 'segmentation' ? inLearntColours(map).map : map;
}

async function flatness(
  reading: ControlReading,
  control: Pixels,
  size: ImageSize,
): Promise<string[]> {
  if (reading.kind !== 'segmentation') return [];
  const isFlat = inLearntColours(await reading.map(control, size)).isFlat;
  return isFlat ? [] : ['the segmentation map does not consist of two to nine flat colours'];
}
