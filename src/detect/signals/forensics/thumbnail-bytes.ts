/** The JPEG stream that the second directory of an EXIF block points at. */
import { viewOf } from '../../../core/index.js';

const OFFSET_TAG = 0x0201;
const LENGTH_TAG = 0x0202;
const MAX_BYTES = 1 << 20;

/** @param exif bare TIFF block. @returns a view of it, or null when it does not point at a JPEG inside. */
export function readThumbnailBytes(exif: Uint8Array): Uint8Array | null {
  const view = viewOf(exif);
  const length = exif.length;
  if (length < 14) return null;
  const little = exif[0] === 0x49;
  const u16 = (at: number): number => (at + 2 <= length ? view.getUint16(at, little) : 0);
  const u32 = (at: number): number => (at + 4 <= length ? view.getUint32(at, little) : 0);
  if (u16(2) !== 42) return null;
  const first = u32(4);
  const second = u32(first + 2 + 12 * u16(first));
  if (second < 8 || second >= length) return null;
  let offset = 0;
  let size = 0;
  for (let i = 0; i < Math.min(u16(second), 64); i++) {
    const at = second + 2 + 12 * i;
    if (u16(at) === OFFSET_TAG) offset = u32(at + 8);
    if (u16(at) === LENGTH_TAG) size = u32(at + 8);
  }
  const end = Math.min(offset + size, length);
  if (offset < 8 || size < 64 || size > MAX_BYTES || end - offset < 64) return null;
  return exif[offset] === 0xff && exif[offset + 1] === 0xd8 ? exif.subarray(offset, end) : null;
}
