/** `verify --html`: the report as one page. */
import { printable } from '../core/index.js';
import type { Report, WatermarkKey } from '../provenance/index.js';
import { renderHtmlReport } from '../provenance/index.js';
import type { CliIo } from './io.js';
import { writeWhole } from './write-whole.js';

export async function writeHtml(
  io: CliIo,
  target: string,
  bytes: Uint8Array,
  report: Report,
  keys: readonly WatermarkKey[],
): Promise<void> {
  await writeWhole(target, await renderHtmlReport(bytes, report, { keys }));
  io.err(`wrote ${printable(target)}\n`);
}
