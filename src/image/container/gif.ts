/** GIF blocks: GIF89a specification §12 and 17..27. */
import { concatBytes, hasBytesAt, latin1Bytes } from '../../core/index.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { createCounter, wrongSignature } from './entry.js';

export interface GifBlock {
  readonly type: 'header' | 'image' | 'comment' | 'application' | 'control' | 'text' | 'end';
  readonly offset: number;
  readonly length: number;
  /** Application identifier and authentication code of an application extension. */
  readonly application?: string;
  /** Where the sub-blocks begin (with their length bytes). */
  readonly dataOffset: number;
  readonly truncated: boolean;
}

const EXTENSIONS: Readonly<Record<number, GifBlock['type']>> = {
  0x01: 'text',
  0xf9: 'control',
  0xfe: 'comment',
  0xff: 'application',
};

/**
 * Blocks in file order up to the GIF trailer.
 *
 * @throws ImageError IMAGE_MALFORMED without the signature, IMAGE_CONTAINER_LIMIT.
 */
export function readGifBlocks(bytes: Uint8Array, limits: Partial<ImageLimits> = {}): GifBlock[] {
  if (!hasBytesAt(bytes, 0, latin1Bytes('GIF8')) || bytes.length < 13) throw wrongSignature('GIF');
  const count = createCounter(resolveLimits(limits).maxChunks, 'GIF blocks');
  const blocks: GifBlock[] = [];
  let offset = 13 + tableBytes(bytes[10]!);
  blocks.push({
    type: 'header',
    offset: 0,
    length: Math.min(offset, bytes.length),
    dataOffset: 13,
    truncated: offset > bytes.length,
  });
  while (offset < bytes.length) {
    count();
    const introducer = bytes[offset]!;
    if (introducer === 0x3b) {
      blocks.push({ type: 'end', offset, length: 1, dataOffset: offset + 1, truncated: false });
      break;
    }
    let dataOffset: number;
    let type: GifBlock['type'];
    if (introducer === 0x2c) {
      type = 'image';
      // Descriptor, local colour table, minimum code size.
      dataOffset = offset + 10 + tableBytes(bytes[offset + 9] ?? 0) + 1;
    } else if (introducer === 0x21) {
      const known = EXTENSIONS[bytes[offset + 1] ?? 0];
      if (!known) break;
      type = known;
      dataOffset = offset + 2;
    } else break;
    const end = endOfSubBlocks(bytes, dataOffset);
    blocks.push({
      type,
      offset,
      length: Math.min(end, bytes.length) - offset,
      ...(type === 'application'
        ? { application: String.fromCharCode(...bytes.subarray(offset + 3, offset + 14)) }
        : {}),
      dataOffset,
      truncated: end > bytes.length,
    });
    if (end > bytes.length) break;
    offset = end;
  }
  return blocks;
}

/** The joined sub-blocks from `offset`; null when they come to more than `maxBytes`. */
export function joinSubBlocks(
  bytes: Uint8Array,
  offset: number,
  maxBytes: number,
): Uint8Array | null {
  const parts: Uint8Array[] = [];
  let total = 0;
  for (let at = offset; at < bytes.length && bytes[at] !== 0; at += bytes[at]! + 1) {
    total += bytes[at]!;
    if (total > maxBytes) return null;
    parts.push(bytes.subarray(at + 1, at + 1 + bytes[at]!));
  }
  return concatBytes(parts);
}

function endOfSubBlocks(bytes: Uint8Array, offset: number): number {
  let at = offset;
  while (at < bytes.length && bytes[at] !== 0) at += bytes[at]! + 1;
  return at + 1;
}

/** Bytes of the colour table that a packed field announces. */
function tableBytes(packed: number): number {
  return packed & 0x80 ? 3 * (1 << ((packed & 7) + 1)) : 0;
}
