/** `verify --heatmap`: the picture of where the evidence lies, as a file. */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { printable } from '../core/index.js';
import type { Report, WatermarkKey } from '../provenance/index.js';
import { HEATMAP_RANGE, heatmapPicture } from '../provenance/index.js';
import { UsageError } from './exit.js';
import { outputTarget, writeWhole } from './files.js';
import type { CliIo } from './io.js';

/**
 * Asked before the work begins.
 *
 * @throws UsageError when `target` is no PNG that can be written, or when `inputs` are not one other file.
 */
export async function checkHeatmapTarget(target: string, inputs: readonly string[]): Promise<void> {
  if (inputs.length > 1) throw new UsageError('--heatmap goes with one image');
  if (!/\.png$/i.test(target)) {
    throw new UsageError(
      `--heatmap expected a file name that ends in .png, got "${printable(target)}"`,
    );
  }
  const path = await outputTarget(target, '--heatmap');
  const [input] = inputs;
  // Through links, too; an input that is not there is told of later.
  const real =
    input === undefined || input === '-' ? null : await realpath(input).catch(() => null);
  if (real !== null && real === resolve(path)) {
    throw new UsageError('--heatmap would write over the image itself');
  }
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
