/** ISO base media boxes (AVIF, HEIF, JPEG XL, JUMBF): ISO/IEC 14496-12 §4.2. */
import { viewOf } from '../../core/index.js';
import { ImageError } from '../errors.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { createCounter } from './entry.js';

export interface Box {
  /** Four characters. */
  readonly type: string;
  readonly offset: number;
  /** Header and payload. */
  readonly length: number;
  /** First byte after the header (and after the extended type of a `uuid` box). */
  readonly payloadOffset: number;
  /** `meta/iinf/infe` */
  readonly path: string;
  /** Extended type of a `uuid` box, hex. */
  readonly uuid?: string;
  /** Boxes inside, for the types known to hold some. */
  readonly children: readonly Box[];
  readonly truncated: boolean;
}

const MAX_DEPTH = 16;
/** Box types that hold boxes -> bytes before the first of them (version and flags, counts). */
const PARENTS: Readonly<Record<string, number>> = {
  meta: 4,
  iprp: 0,
  ipco: 0,
  iref: 4,
  dinf: 0,
  grpl: 0,
  moov: 0,
  trak: 0,
  mdia: 0,
  minf: 0,
  stbl: 0,
  udta: 0,
  jumb: 0,
};

/**
 * The box tree of `bytes`, or of `start..end` of it.
 *
 * @throws ImageError IMAGE_CONTAINER_LIMIT for too many boxes or more than 16 levels.
 */
export function readBoxes(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> = {},
  range: { start?: number; end?: number } = {},
): Box[] {
  const count = createCounter(resolveLimits(limits).maxChunks, 'boxes');
  const end = Math.min(range.end ?? bytes.length, bytes.length);
  return readLevel(bytes, range.start ?? 0, end, '', 1, count);
}

function readLevel(
  bytes: Uint8Array,
  start: number,
  end: number,
  parent: string,
  depth: number,
  count: () => void,
): Box[] {
  if (depth > MAX_DEPTH) {
    throw new ImageError({
      code: 'IMAGE_CONTAINER_LIMIT',
      message: `image: boxes nested deeper than ${MAX_DEPTH}`,
    });
  }
  const boxes: Box[] = [];
  let offset = start;
  while (offset + 8 <= end) {
    const header = readHeader(bytes, offset, end);
    if (!header) break;
    count();
    const path = parent === '' ? header.type : `${parent}/${header.type}`;
    const childStart = header.payloadOffset + (PARENTS[header.type] ?? 0);
    boxes.push({
      ...header,
      path,
      children:
        Object.hasOwn(PARENTS, header.type) && childStart <= offset + header.length
          ? readLevel(bytes, childStart, offset + header.length, path, depth + 1, count)
          : [],
    });
    if (header.truncated) break;
    offset += header.length;
  }
  return boxes;
}

function readHeader(
  bytes: Uint8Array,
  offset: number,
  end: number,
): Omit<Box, 'path' | 'children'> | null {
  const view = viewOf(bytes);
  const type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
  // Printable ASCII and 0xA9 (QuickTime); anything else is data after the last box.
  if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
  let headerLength = 8;
  let length = view.getUint32(offset);
  if (length === 0) length = end - offset;
  else if (length === 1) {
    if (offset + 16 > end) return null;
    headerLength = 16;
    // Beyond 2^53 it is past the end of any file, exactly or not.
    length = Number(view.getBigUint64(offset + 8));
  }
  let uuid: string | undefined;
  if (type === 'uuid') {
    if (offset + headerLength + 16 > end) return null;
    uuid = Buffer.from(bytes.subarray(offset + headerLength, offset + headerLength + 16)).toString(
      'hex',
    );
    headerLength += 16;
  }
  if (length < headerLength) return null;
  const truncated = offset + length > end;
  return {
    type,
    offset,
    length: Math.min(length, end - offset),
    payloadOffset: offset + headerLength,
    ...(uuid === undefined ? {} : { uuid }),
    truncated,
  };
}

/** Every box of the tree, parents before children. */
export function flattenBoxes(boxes: readonly Box[]): Box[] {
  return boxes.flatMap((box) => [box, ...flattenBoxes(box.children)]);
}
