/** Small changes to a container that leave its coded picture as it is. */
import { concatBytes, hasBytesAt, latin1Bytes, viewOf } from '../../core/index.js';
import { readBoxes } from './boxes.js';
import type { Box } from './boxes.js';
import { readRiffChunks } from './riff.js';
import { riffFile } from './write.js';

/** Top-level boxes whose loss would cost a part of the picture or of its metadata. */
const CONTENT_BOXES = new Set(['ftyp', 'meta', 'mdat', 'moov', 'moof', 'mfra', 'sidx', 'uuid']);

/**
 * Where the last box of an AVIF or HEIF file ends. Players ignore what stands behind it; parsers that
 * expect another box stumble. A cut-off picture is not taken for such a rest.
 *
 * @returns `bytes.length` when nothing stands behind, or when that cannot be told.
 */
export function endOfBoxes(bytes: Uint8Array): number {
  const boxes = readBoxes(bytes);
  const whole = boxes.filter(({ truncated }) => !truncated);
  const last = whole.at(-1);
  if (last === undefined || !whole.some(({ type }) => type === 'meta')) return bytes.length;
  return cutContentBox(boxes) === undefined ? last.offset + last.length : bytes.length;
}

/** The top-level box that is cut off and would cost a part of the picture or of its metadata. */
export const cutContentBox = (boxes: readonly Box[]): Box | undefined =>
  boxes.find(({ truncated, type }) => truncated && CONTENT_BOXES.has(type));

/** A WebP without its chunks of `type`. @throws ImageError IMAGE_MALFORMED, IMAGE_CONTAINER_LIMIT. */
export function withoutRiffChunks(bytes: Uint8Array, type: string): Uint8Array {
  const kept = readRiffChunks(bytes).filter((chunk) => chunk.type !== type);
  return riffFile(kept.map(({ offset, length }) => bytes.subarray(offset, offset + length)));
}

/** ISO/IEC 18181-2 section 9: signature box, file type box, and the codestream in one `jxlc`. */
const JXL_HEAD = latin1Bytes('\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl \0\0\0\0jxl ');

/** True for JPEG XL without a container, which has no place for metadata. */
export const isBareJxl = (bytes: Uint8Array): boolean => hasBytesAt(bytes, 0, [0xff, 0x0a]);

/** A bare JPEG XL codestream put into the container; the codestream itself stays byte for byte. */
export function wrapJxl(codestream: Uint8Array): Uint8Array {
  const header = new Uint8Array(8);
  viewOf(header).setUint32(0, codestream.length + 8);
  header.set(latin1Bytes('jxlc'), 4);
  return concatBytes([JXL_HEAD, header, codestream]);
}
