/** The pictures that a drawing starts from, made ready for the size that is drawn. */
import { flattenPixels, resizePixels } from '../image/index.js';
import type { Pixels } from '../image/index.js';
import { readControl } from './control/control-map.js';
import { optionError } from './errors.js';
import type { GenerateOptions, ImageSize } from './options.js';
import type { Guides } from './pipelines/folder/draw.js';
import type { FolderParts } from './pipelines/folder/parts.js';
import { pixelsToPlanar } from './planar.js';

/**
 * @param size of what is drawn
 * @throws GenerateError GENERATE_OPTION when a picture is missing that these parts need, or given that they do
 *   not read.
 */
export async function prepareGuides(
  { init, mask, control, controlKind, controlSource }: GenerateOptions,
  parts: FolderParts,
  size: ImageSize,
): Promise<{ guides: Guides; warnings: readonly string[] }> {
  if (parts.needsControl && control === undefined) {
    throw optionError(
      'this model draws along a control map (edges, depth, pose, ...) and none was given: add it as "control"',
    );
  }
  if (!parts.needsControl && control !== undefined) {
    throw optionError(
      'this model has no ControlNet that could read a control map: leave it out, or use a folder whose ' +
        'graph holds U-Net and ControlNet together',
    );
  }
  if (parts.inpainting === 'context' && (init === undefined || mask === undefined)) {
    throw optionError(
      'this model fills in parts of a picture: give the picture and a mask ("init", "mask")',
    );
  }
  if (control !== undefined && init !== undefined) {
    throw optionError(
      'a control map and a picture to start from cannot be combined: give one of them',
    );
  }
  const reading =
    control === undefined || controlKind === undefined
      ? undefined
      : readControl(control, controlKind, controlSource);
  const guides = {
    ...(init === undefined ? {} : { init: pixelsToPlanar(await fitted(init, size, 'lanczos3')) }),
    ...(mask === undefined ? {} : { mask: maskOf(await fitted(mask, size, 'nearest')) }),
    ...(control === undefined
      ? {}
      : {
          control: pixelsToPlanar(
            reading === undefined
              ? await fitted(control, size, 'lanczos3')
              : await reading.map(control, size),
          ),
        }),
  };
  return { guides, warnings: reading?.warnings ?? [] };
}

/**
 * `drawn` with the pixels of `init` where the mask is black.
 *
 * @param drawn changed in place
 */
export async function restoreKnown(drawn: Pixels, init: Pixels, mask: Pixels): Promise<void> {
  const size = { width: drawn.width, height: drawn.height };
  const known = await fitted(init, size, 'lanczos3');
  const wanted = maskOf(await fitted(mask, size, 'nearest'));
  for (let i = 0; i < wanted.length; i++) {
    if (wanted[i]! !== 0) continue;
    for (let c = 0; c < 3; c++) drawn.data[i * drawn.channels + c] = known.data[i * 3 + c]!;
  }
}

async function fitted(
  pixels: Pixels,
  { width, height }: ImageSize,
  kernel: 'nearest' | 'lanczos3',
): Promise<Pixels> {
  const flat = flattenPixels(pixels);
  return flat.width === width && flat.height === height
    ? flat
    : resizePixels(flat, width, height, kernel);
}

/** 1 where the mask is rather white (ITU-R 601 luma of at least one half), else 0. */
function maskOf({ data }: Pixels): Float32Array {
  return Float32Array.from({ length: data.length / 3 }, (_, i) => {
    const luma = (data[3 * i]! * 299 + data[3 * i + 1]! * 587 + data[3 * i + 2]! * 114) / 1000;
    return luma / 255 >= 0.5 ? 1 : 0;
  });
}
