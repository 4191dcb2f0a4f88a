/** The hard binding of ISO media (AVIF, HEIF): `c2pa.hash.bmff.v3`, C2PA 2.4 section 18.7. */
import { createHash } from 'node:crypto';
import { viewOf } from '../core/index.js';
import type { Box } from '../image/index.js';
import { readBoxes } from '../image/index.js';
import { asObject, asText } from './json.js';
import type { JsonObject } from './json.js';

/** Extended type of the box that holds a manifest store, section A.5. */
const C2PA_UUID = 'd8fec3d61b0e483c92975828877ec481';
const C2PA_UUID_BYTES = [...Buffer.from(C2PA_UUID, 'hex')];
const LEFT_OUT = ['/ftyp', '/mfra', '/free', '/skip'];

/**
 * The hash of `image` as the assertion describes it, base64.
 *
 * @param digest name of the hash function in OpenSSL.
 * @returns null where that cannot be said: other boxes are left out than those that c2pa-rs leaves out,
 *   the hash is that of fragments, or bytes stand outside of all boxes.
 */
export function bmffHash(image: Uint8Array, assertion: JsonObject, digest: string): string | null {
  if (assertion['merkle'] != null || !leavesOutTheUsual(assertion['exclusions'])) return null;
  const boxes = topLevel(image);
  if (boxes === null) return null;
  const hash = createHash(digest);
  for (const { type, offset, length, uuid } of boxes) {
    if (LEFT_OUT.includes(`/${type}`) || uuid === C2PA_UUID) continue;
    // Section 18.7.3: where a box stands is a part of what is hashed.
    const place = new Uint8Array(8);
    viewOf(place).setBigUint64(0, BigInt(offset));
    hash.update(place).update(image.subarray(offset, offset + length));
  }
  return hash.digest('base64');
}

/** Null when bytes stand outside of all boxes, or there are too many boxes. */
function topLevel(image: Uint8Array): Box[] | null {
  try {
    const boxes = readBoxes(image);
    const last = boxes.at(-1);
    return last !== undefined && last.offset + last.length === image.length ? boxes : null;
  } catch {
    return null;
  }
}

function leavesOutTheUsual(value: unknown): boolean {
  if (!Array.isArray(value) || value.length !== LEFT_OUT.length + 1) return false;
  const exclusions = (value as unknown[]).map(asObject);
  const paths = exclusions.map(({ xpath }) => asText(xpath));
  return (
    [...LEFT_OUT, '/uuid'].every((path) => paths.includes(path)) &&
    exclusions.every((exclusion) => {
      const { xpath, data, ...more } = exclusion;
      if (Object.values(more).some((field) => field != null)) return false;
      return xpath === '/uuid' ? isManifestType(data) : data == null;
    })
  );
}

/** `[{ offset: 8, value }]`, the extended type; bytes are shown as integers. */
function isManifestType(data: unknown): boolean {
  if (!Array.isArray(data) || data.length !== 1) return false;
  const { offset, value } = asObject((data as unknown[])[0]);
  return offset === 8 && Array.isArray(value) && String(value) === String(C2PA_UUID_BYTES);
}
