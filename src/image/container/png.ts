/** PNG datastream structure: ISO/IEC 15948 (PNG third edition) §5. */
import { hasBytesAt, viewOf } from '../../core/index.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { createCounter, wrongSignature } from './entry.js';

export const PNG_SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

export interface PngChunk {
  /** Four letters. */
  readonly type: string;
  /** Where the length field begins. */
  readonly offset: number;
  /** Length field, type, data and CRC. */
  readonly length: number;
  /** View of the data (not a copy). */
  readonly data: Uint8Array;
  readonly truncated: boolean;
}

/**
 * Chunks in file order up to and including IEND. CRCs are not checked: decoders tell, and a wrong
 * one is no reason to hide a text.
 *
 * @throws ImageError IMAGE_MALFORMED without the signature, IMAGE_CONTAINER_LIMIT.
 */
export function readPngChunks(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): PngChunk[] {
  if (!hasBytesAt(bytes, 0, PNG_SIGNATURE)) throw wrongSignature('PNG');
  const count = createCounter(resolveLimits(limits).maxChunks, 'PNG chunks');
  const view = viewOf(bytes);
  const chunks: PngChunk[] = [];
  let offset = PNG_SIGNATURE.length;
  while (offset + 8 <= bytes.length) {
    const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    // §5.3: letters only. Anything else is not a chunk, so the reader has lost its place.
    if (!/^[A-Za-z]{4}$/.test(type)) break;
    count();
    const end = offset + 12 + view.getUint32(offset);
    const truncated = end > bytes.length;
    chunks.push({
      type,
      offset,
      length: Math.min(end, bytes.length) - offset,
      data: bytes.subarray(offset + 8, truncated ? bytes.length : end - 4),
      truncated,
    });
    if (truncated || type === 'IEND') break;
    offset = end;
  }
  return chunks;
}
