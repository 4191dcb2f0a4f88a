/** WebP in RIFF: RFC 9649 §2. */
import { hasBytesAt, latin1Bytes, viewOf } from '../../core/index.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { createCounter, wrongSignature } from './entry.js';

export interface RiffChunk {
  /** Four characters, such as `VP8X`, `EXIF` or `XMP ` (with its space). */
  readonly type: string;
  readonly offset: number;
  /** Header, data and padding byte. */
  readonly length: number;
  /** View of the data without padding. */
  readonly data: Uint8Array;
  readonly truncated: boolean;
}

/**
 * Chunks of a WebP file in order, up to the size that the RIFF header states.
 *
 * @throws ImageError IMAGE_MALFORMED without the signature, IMAGE_CONTAINER_LIMIT.
 */
export function readRiffChunks(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): RiffChunk[] {
  if (!hasBytesAt(bytes, 0, latin1Bytes('RIFF')) || !hasBytesAt(bytes, 8, latin1Bytes('WEBP'))) {
    throw wrongSignature('WebP');
  }
  const count = createCounter(resolveLimits(limits).maxChunks, 'RIFF chunks');
  const view = viewOf(bytes);
  const fileEnd = riffEnd(bytes);
  const chunks: RiffChunk[] = [];
  let offset = 12;
  while (offset + 8 <= fileEnd) {
    count();
    const type = String.fromCharCode(...bytes.subarray(offset, offset + 4));
    const size = view.getUint32(offset + 4, true);
    const dataEnd = offset + 8 + size;
    const truncated = dataEnd > fileEnd;
    const end = Math.min(dataEnd + (size & 1), fileEnd);
    chunks.push({
      type,
      offset,
      length: end - offset,
      data: bytes.subarray(offset + 8, Math.min(dataEnd, fileEnd)),
      truncated,
    });
    if (truncated) break;
    offset = end;
  }
  return chunks;
}

/** End of the RIFF form as its header states it, within the file. */
export function riffEnd(bytes: Uint8Array): number {
  return Math.min(8 + viewOf(bytes).getUint32(4, true), bytes.length);
}
