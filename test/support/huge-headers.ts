/** Small files of every format whose headers promise more pixels than any limit allows. */
import { encodeImage } from '../../src/image/index.js';
import { fixture } from './fixtures.js';
import { texturedPicture } from './picture.js';

/** 65,535 squared: as the logical screen around the frames of a small one (GIF89a §18), or as the first frame too (§20). */
export function hugeGif(frameToo: boolean): Uint8Array {
  const bytes = Buffer.from(fixture('images/pillow-rgb.gif'));
  const small = bytes.subarray(6, 10);
  const frame = bytes.indexOf(Buffer.concat([Buffer.from([0x2c, 0, 0, 0, 0]), small])) + 5;
  for (const at of frameToo ? [6, frame] : [6]) bytes.writeUInt32LE(0xffffffff, at);
  return bytes;
}

/**
 * 16,383 squared, the most that libwebp takes: in a VP8L header (RFC 9649 §3.4) or as a canvas around small frames (§2.7).
 */
export function hugeWebp(kind: 'VP8L' | 'VP8X'): Uint8Array {
  const bytes = Buffer.from(
    fixture(kind === 'VP8X' ? 'images/animated.webp' : 'images/pillow-rgb.webp'),
  );
  const at = bytes.indexOf(kind, 0, 'latin1') + 8;
  if (kind === 'VP8X') {
    bytes.writeUIntLE(16_382, at + 4, 3);
    bytes.writeUIntLE(16_382, at + 7, 3);
  } else {
    // 14 bits each of width - 1 and height - 1 behind the signature byte; the four bits above them stay.
    const above = bytes.readUInt32LE(at + 1) & 0xf0000000;
    bytes.writeUInt32LE((above | (16_382 << 14) | 16_382) >>> 0, at + 1);
  }
  return bytes;
}

async function small(format: 'jpeg' | 'tiff' | 'avif'): Promise<Buffer> {
  return Buffer.from(await encodeImage(texturedPicture(64, 48), { format }));
}

/** 65,500 squared in the frame header (T.81 §B.2.2). */
export async function hugeJpeg(): Promise<Uint8Array> {
  const bytes = await small('jpeg');
  const frame = Math.max(bytes.indexOf('ffc0', 0, 'hex'), bytes.indexOf('ffc2', 0, 'hex'));
  bytes.writeUInt16BE(65_500, frame + 5);
  bytes.writeUInt16BE(65_500, frame + 7);
  return bytes;
}

/** ImageWidth and ImageLength of 65,500 (TIFF 6.0 §8); little-endian, as libtiff writes. */
export async function hugeTiff(): Promise<Uint8Array> {
  const bytes = await small('tiff');
  const start = bytes.readUInt32LE(4);
  for (let i = 0; i < bytes.readUInt16LE(start); i++) {
    const entry = start + 2 + 12 * i;
    const [tag, type] = [bytes.readUInt16LE(entry), bytes.readUInt16LE(entry + 2)];
    if (tag !== 256 && tag !== 257) continue;
    if (type === 3) bytes.writeUInt16LE(65_500, entry + 8);
    else bytes.writeUInt32LE(65_500, entry + 8);
  }
  return bytes;
}

/** 40,000 squared in the box of the picture's extents (ISO/IEC 23008-12 §6.5.3). */
export async function hugeAvif(): Promise<Uint8Array> {
  const bytes = await small('avif');
  const box = bytes.indexOf('ispe', 0, 'latin1');
  bytes.writeUInt32BE(40_000, box + 8);
  bytes.writeUInt32BE(40_000, box + 12);
  return bytes;
}
