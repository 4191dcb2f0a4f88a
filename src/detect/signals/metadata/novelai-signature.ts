/**
 * NovelAI's Ed25519 signature (github.com/NovelAI/novelai-image-metadata, nai_sig.py): over the samples
 * of the picture, row by row as R, G, B, then the settings as Python dumps them without `signed_hash`.
 */
import { createPublicKey, verify } from 'node:crypto';
import type { Pixels } from '../../../image/index.js';
import type { ReadJson } from './json.js';
import { parseJsonObject } from './json.js';
import { redumpObject } from './python-json.js';

/** `verify_key_hex` of nai_sig.py (its name; the value is base64). */
export const NOVELAI_KEY = 'Y2JcQAOhLwzwSDUJPNgL04nS0Tbqm7cSRc4xk0vRMic=';
const SIGNATURE_BYTES = 64;
/** Above what NovelAI makes, upscaled four times; the message is three times as many bytes. */
const MAX_SIGNED_PIXELS = 40_000_000;

/** `unsigned`: no signature. `unchecked`: the picture is missing or too large. */
export type NovelaiSignature = 'valid' | 'invalid' | 'unsigned' | 'unchecked';

/**
 * @param comment the JSON text of the field `Comment`.
 * @param publicKey 32 bytes in base64.
 * @param readJson reads `comment`.
 */
export function checkNovelaiSignature(
  pixels: Pixels | null,
  comment: string,
  publicKey: string = NOVELAI_KEY,
  readJson: ReadJson = parseJsonObject,
): NovelaiSignature {
  const outer = readJson(comment);
  const inner = typeof outer?.Comment === 'string' ? outer.Comment : comment;
  const signed = readJson(inner)?.signed_hash;
  if (typeof signed !== 'string') return 'unsigned';
  const settings = redumpObject(inner, 'signed_hash');
  const signature = Buffer.from(signed, 'base64');
  if (settings === null || signature.length !== SIGNATURE_BYTES) return 'invalid';
  if (pixels === null || pixels.width * pixels.height > MAX_SIGNED_PIXELS) return 'unchecked';
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(publicKey, 'base64').toString('base64url') },
    format: 'jwk',
  });
  const message = Buffer.concat([rgbBytes(pixels), Buffer.from(settings, 'utf8')]);
  return verify(null, message, key, signature) ? 'valid' : 'invalid';
}

function rgbBytes({ data, width, height, channels }: Pixels): Uint8Array {
  if (channels === 3) return new Uint8Array(data.buffer, data.byteOffset, data.length);
  const out = new Uint8Array(3 * width * height);
  for (let from = 0, to = 0; to < out.length; from += 4, to += 3) {
    out[to] = data[from]!;
    out[to + 1] = data[from + 1]!;
    out[to + 2] = data[from + 2]!;
  }
  return out;
}
