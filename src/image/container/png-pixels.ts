/** The part of a PNG that a decoder needs. */
import { concatBytes } from '../../core/index.js';
import type { ImageLimits } from '../limits.js';
import { PNG_SIGNATURE, readPngChunks } from './png.js';

const TEXT = ['tEXt', 'zTXt', 'iTXt'];
/** Deflate makes at most a thousand bytes of one: this much text is at most 16 MiB. */
const HARMLESS_BYTES = 16 * 1024;

/**
 * `bytes` without text chunks, where there is much of them: libpng inflates every one at each opening, 8 MiB each, and nobody looks at them
 * there (`readTextEntries` reads the file itself). Everything else is byte for byte the same; a file of little text is returned as it is.
 *
 * @throws ImageError IMAGE_MALFORMED without the signature, IMAGE_CONTAINER_LIMIT.
 */
export function withoutPngText(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): Uint8Array {
  const chunks = readPngChunks(bytes, limits);
  const text = chunks.filter(({ type }) => TEXT.includes(type));
  if (text.reduce((sum, { length }) => sum + length, 0) <= HARMLESS_BYTES) return bytes;
  const last = chunks.at(-1);
  const read = last === undefined ? PNG_SIGNATURE.length : last.offset + last.length;
  return concatBytes([
    PNG_SIGNATURE,
    ...chunks
      .filter(({ type }) => !TEXT.includes(type))
      .map(({ offset, length }) => bytes.subarray(offset, offset + length)),
    // What is no chunk is left to the decoder to complain about.
    bytes.subarray(read),
  ]);
}
