/**
 * "Stealth" generation data: text in the lowest bits of the pixels, down the columns from the left,
 * most significant bit first: a magic of 15 letters, the length of the payload in bits (u32, big
 * endian), the payload. In the alpha channel, or over red, green and blue. Written by web UI
 * extensions, SwarmUI and NovelAI (github.com/NovelAI/novelai-image-metadata, nai_meta_writer.py).
 */
import type { Pixels } from '../../../image/index.js';
import { gunzipCapped } from '../../../image/index.js';

export interface StealthText {
  channel: 'alpha' | 'rgb';
  compressed: boolean;
  /** Null when the length lies, or the payload does not inflate within the limit. */
  text: string | null;
}

const MAGIC_BYTES = 15;
const HEADER_BITS = 8 * (MAGIC_BYTES + 4);
const MAGIC: Record<string, Omit<StealthText, 'text'>> = {
  stealth_pnginfo: { channel: 'alpha', compressed: false },
  stealth_pngcomp: { channel: 'alpha', compressed: true },
  stealth_rgbinfo: { channel: 'rgb', compressed: false },
  stealth_rgbcomp: { channel: 'rgb', compressed: true },
};

/** @param maxBytes ceiling on the payload, and on what it inflates to. */
export function readStealth(pixels: Pixels, maxBytes: number): StealthText | null {
  for (const channel of ['alpha', 'rgb'] as const) {
    if (channel === 'alpha' && pixels.channels !== 4) continue;
    const bits = pixels.width * pixels.height * (channel === 'alpha' ? 1 : 3);
    if (bits < HEADER_BITS) continue;
    const header = readBits(pixels, channel, 0, MAGIC_BYTES + 4);
    const known = MAGIC[Buffer.from(header.subarray(0, MAGIC_BYTES)).toString('latin1')];
    if (known?.channel !== channel) continue;
    const length = Math.floor(Buffer.from(header).readUInt32BE(MAGIC_BYTES) / 8);
    const fits = length <= maxBytes && HEADER_BITS + 8 * length <= bits;
    const payload = fits ? readBits(pixels, channel, HEADER_BITS, length) : null;
    const plain = payload === null || !known.compressed ? payload : gunzipCapped(payload, maxBytes);
    return { ...known, text: plain === null ? null : new TextDecoder().decode(plain) };
  }
  return null;
}

function readBits(
  { data, width, height, channels }: Pixels,
  channel: StealthText['channel'],
  firstBit: number,
  byteCount: number,
): Uint8Array {
  const out = new Uint8Array(byteCount);
  const perPixel = channel === 'alpha' ? 1 : 3;
  const sample = channel === 'alpha' ? 3 : 0;
  const first = Math.floor(firstBit / perPixel);
  let x = Math.floor(first / height);
  let y = first % height;
  let part = firstBit % perPixel;
  for (let i = 0; i < byteCount; i++) {
    let byte = 0;
    for (let bit = 0; bit < 8; bit++) {
      byte = (byte << 1) | (data[(y * width + x) * channels + sample + part]! & 1);
      if (++part < perPixel) continue;
      part = 0;
      if (++y < height) continue;
      y = 0;
      x++;
    }
    out[i] = byte;
  }
  return out;
}
