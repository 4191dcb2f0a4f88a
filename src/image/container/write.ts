/** Building blocks for writing containers: PNG chunks, JPEG segments, RIFF chunks. */
import { concatBytes, latin1Bytes, viewOf } from '../../core/index.js';
import { ImageError } from '../errors.js';

/** CRC-32 of ISO 3309, the table of PNG third edition Annex D. */
const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k++) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = CRC_TABLE[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

export function pngChunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(12 + data.length);
  const view = viewOf(out);
  view.setUint32(0, data.length);
  out.set(latin1Bytes(type), 4);
  out.set(data, 8);
  view.setUint32(8 + data.length, crc32(out.subarray(4, 8 + data.length)));
  return out;
}

/** Most bytes of a segment after its length field, T.81 §B.1.1.4. */
export const MAX_SEGMENT_BYTES = 65_533;

/** @throws ImageError IMAGE_ENCODE above 65,533 bytes. */
export function jpegSegment(marker: number, data: Uint8Array): Uint8Array {
  if (data.length > MAX_SEGMENT_BYTES) {
    throw new ImageError({
      code: 'IMAGE_ENCODE',
      message: `image: ${data.length} bytes of metadata do not fit one JPEG segment (65533)`,
    });
  }
  const size = data.length + 2;
  return concatBytes([Uint8Array.of(0xff, marker, size >> 8, size & 0xff), data]);
}

export function riffChunk(type: string, data: Uint8Array): Uint8Array {
  const out = new Uint8Array(8 + data.length + (data.length & 1));
  out.set(latin1Bytes(type));
  viewOf(out).setUint32(4, data.length, true);
  out.set(data, 8);
  return out;
}

/** A WebP file of finished chunks. */
export function riffFile(chunks: readonly Uint8Array[]): Uint8Array {
  const out = concatBytes([latin1Bytes('RIFF\0\0\0\0WEBP'), ...chunks]);
  viewOf(out).setUint32(4, out.length - 8, true);
  return out;
}
