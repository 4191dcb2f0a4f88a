/** `verify --heatmap`: the picture of where the evidence lies, as a file. */
import { printable } from '../core/index.js';
import type { Report, WatermarkKey } from '../provenance/index.js';
import { HEATMAP_RANGE, heatmapPicture } from '../provenance/index.js';
import { UsageError } from './exit.js';
import type { CliIo } from './io.js';
import type { NamedPath } from './targets.js';
import { keepInputs } from './targets.js';
import { writeWhole } from './write-whole.js';

/**
 * Asked before the work begins.
 *
 * @param read the files that options name.
 * @throws UsageError when `target` is no PNG that can be written, when `inputs` are not one file, or when it is that
 *   file or one of `read`.
 */
export async function checkHeatmapTarget(
  target: string,
  inputs: readonly string[],
  read: readonly NamedPath[],
): Promise<void> {
  if (inputs.length > 1) throw new UsageError('--heatmap goes with one image');
  if (!/\.png$/i.test(target)) {
    throw new UsageError(
      `--heatmap expected a file name that ends in .png, got "${printable(target)}"`,
    );
  }
  const images = inputs.filter((path) => path !== '-').map((path) => ({ path, name: 'the image' }));
  await keepInputs([{ path: target, name: '--heatmap' }], [...images, ...read]);
}

/** Writes the picture, or says that there is nothing to show; the exit code is not its business. */
export async function writeHeatmap(
  io: CliIo,
  target: string,
  bytes: Uint8Array,
  report: Report,
  keys: readonly WatermarkKey[],
): Promise<void> {
  const picture = await heatmapPicture(bytes, report, { keys });
  if (picture === null) {
    io.err(`no watermark of ours was found, so ${printable(target)} was not written\n`);
    return;
  }
  await writeWhole(target, picture);
  const { from, to } = HEATMAP_RANGE;
  io.err(
    `wrote ${printable(target)}: coloured where the watermark stands out, violet from ${from} standard deviations of chance, yellow from ${to}\n`,
  );
}
