/** Frames of animations that the decoder shows as one picture: APNG and AVIF sequences. */
import { viewOf } from '../../core/index.js';
import type { ImageLimits } from '../limits.js';
import { sniffFormat } from '../sniff.js';
import { flattenBoxes, readBoxes } from './boxes.js';
import { readPngChunks } from './png.js';

/**
 * What the file declares: `num_frames` of an APNG (PNG, third edition, §11.3.6.1), the samples of the longest track of an
 * AVIF sequence (ISO/IEC 14496-12 §8.7.3); 1 for everything else.
 *
 * @throws ImageError IMAGE_CONTAINER_LIMIT.
 */
export function declaredFrames(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): number {
  const format = sniffFormat(bytes)?.format;
  if (format === 'png') {
    const control = readPngChunks(bytes, limits).find(({ type }) => type === 'acTL');
    return control === undefined || control.data.length < 8 ? 1 : viewOf(control.data).getUint32(0);
  }
  if (format === 'avif') {
    const counts = flattenBoxes(readBoxes(bytes, limits))
      .filter(({ type, offset, length, payloadOffset }) => {
        return type === 'stsz' && offset + length >= payloadOffset + 12;
      })
      // A version, flags and one size for all stand before the count.
      .map(({ payloadOffset }) => viewOf(bytes).getUint32(payloadOffset + 8));
    return Math.max(1, ...counts);
  }
  return 1;
}

/**
 * libvips knows an AVIF by its major brand alone, which a sequence has another of (`avis`), though the still picture inside
 * is the same; so the decoder gets a copy that says `avif` (AV1 in HEIF §6.2 and §6.3).
 */
export function asStillAvif(bytes: Uint8Array): Uint8Array {
  if (Buffer.from(bytes.buffer, bytes.byteOffset + 8, 4).toString('latin1') !== 'avis')
    return bytes;
  const copy = bytes.slice();
  copy.set(Buffer.from('avif', 'latin1'), 8);
  return copy;
}
