/** What a damaged file may and may not read as. */
import sharp from 'sharp';
import type { CredentialsReport } from '../../src/c2pa/index.js';
import { readCrJson } from '../../src/c2pa/index.js';
import { asArray, asObject } from '../../src/c2pa/json.js';
import type { JsonObject } from '../../src/c2pa/json.js';
import { sha256Hex } from '../../src/core/index.js';
import type { Seed } from './fuzz-seeds.js';

export interface Judgement {
  /** `presence/integrity` as read. */
  outcome: string;
  /** The engine trapped, and the file was reported malformed for that. */
  trapped: boolean;
  /** What must not be, else null. */
  violation: string | null;
}

/** Everything but the ranges that the data hash leaves out; null where another hash binds the file. */
function hashedPart(bytes: Uint8Array, crJson: JsonObject | null): Uint8Array | null {
  const [active] = asArray(crJson?.['manifests']).map(asObject);
  const hash = asObject(asObject(active?.['assertions'])['c2pa.hash.data']);
  if (!Array.isArray(hash['exclusions'])) return null;
  const parts: Uint8Array[] = [];
  let at = 0;
  const ranges = hash['exclusions'].map(asObject).map(({ start, length }) => ({
    start: Number(start),
    length: Number(length),
  }));
  for (const { start, length } of ranges.sort((a, b) => a.start - b.start)) {
    parts.push(bytes.subarray(at, start));
    at = start + length;
  }
  parts.push(bytes.subarray(at));
  return new Uint8Array(Buffer.concat(parts));
}

async function pixelHash(bytes: Uint8Array): Promise<string | null> {
  const decoded = await sharp(bytes)
    .raw()
    .toBuffer()
    .catch(() => null);
  return decoded === null ? null : sha256Hex(decoded);
}

/**
 * The names in a certificate are proved by a list that vouches, and by nothing else: claims of version 1 carry it
 * outside of what is signed, and only its key must fit.
 */
const said = ({ claim, softBindings, signer }: CredentialsReport): string =>
  JSON.stringify([
    // What is found wrong with an ingredient today is no part of what was claimed.
    { ...claim, ingredients: claim?.ingredients.map(({ found: _found, ...rest }) => rest) },
    softBindings,
    ...(signer?.status === 'trusted' ? [signer.subject, signer.issuer] : []),
  ]);

/** Read `bytes`, made from `seed`, and judge. Throws what the reader throws, which is a violation too. */
export async function judge(seed: Seed, bytes: Uint8Array): Promise<Judgement> {
  const { report, crJson } = await readCrJson(bytes, seed.mime, { trust: seed.trust });
  const outcome = `${report.presence}/${report.integrity}`;
  const trapped = report.problem?.startsWith('the C2PA engine crashed') === true;
  const verdict = (violation: string | null): Judgement => ({ outcome, trapped, violation });
  if (report.integrity !== 'intact') return verdict(null);

  const before = seed.reading;
  if (before.report.integrity !== 'intact') return verdict('intact, made from a file that is not');
  const trusted = report.signer?.status === 'trusted';
  if (trusted && before.report.signer?.status !== 'trusted')
    return verdict('trusted, made from one that is not');
  const was = trusted ? before.report : { ...before.report, signer: null };
  if (said(report) !== said(was)) return verdict('intact, with another claim');
  const hashed = hashedPart(bytes, crJson);
  const original = hashedPart(seed.bytes, before.crJson);
  if (hashed !== null && original !== null) {
    return verdict(Buffer.from(hashed).equals(original) ? null : 'intact, with other bytes');
  }
  const [now, then] = await Promise.all([pixelHash(bytes), pixelHash(seed.bytes)]);
  // What nobody can decode shows nothing; BMFF and box hashes leave headers of the container out.
  return verdict(now === null || now === then ? null : 'intact, with other pixels');
}
