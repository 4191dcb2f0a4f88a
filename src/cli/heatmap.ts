/** `verify --heatmap`: the picture of where the evidence lies, as a file. */
import { printable } from '../core/index.js';
import type { Report, WatermarkKey } from '../provenance/index.js';
import { HEATMAP_RANGE, heatmapPicture } from '../provenance/index.js';
import type { CliIo } from './io.js';
import { writeWhole } from './write-whole.js';

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
