/** The own watermark -> evidence, and its comparison with what the credentials declare. */
import type { CredentialsReport } from '../../c2pa/index.js';
import type { Pixels } from '../../image/index.js';
import type { Search, WatermarkKey } from '../../watermark/index.js';
import {
  extractExpected,
  payloadOrigin,
  PUBLIC_KEY,
  WATERMARK_ALG,
} from '../../watermark/index.js';
import type { Evidence } from '../evidence.js';
import type { Finding, WatermarkReport } from '../report.js';
import { credentialsEvidence } from './credentials.js';

/** Text form of a payload in `c2pa.soft-binding`: schema version, `*`, hexadecimal payload. */
export function softBindingValue(payload: string): string {
  return `1*${payload}`;
}

/** Payload that intact credentials declare for our algorithm, or null. */
function declaredPayload(credentials: CredentialsReport): string | null {
  if (credentials.integrity !== 'intact') return null;
  const binding = credentials.softBindings.find(({ alg }) => alg === WATERMARK_ALG);
  return /^1\*([0-9a-f]{16})$/.exec(binding?.value ?? '')?.[1] ?? null;
}

/**
 * Keys under which a declared payload may be asked for. Among 2^64 payloads there is one that any picture seems to
 * bear under a key that one has, so a stranger's word is worth nothing under the public key.
 */
function askableKeys(
  credentials: CredentialsReport,
  keys: readonly WatermarkKey[],
): readonly WatermarkKey[] {
  if (credentials.signer?.status === 'trusted') return keys;
  return keys.filter(({ id }) => id !== PUBLIC_KEY.id);
}

/** Per image, whatever is asked of it. */
const MAX_FALSE_POSITIVE = 1e-9;

/** Read blind, then, when intact credentials declare a payload that was not found, asked for that one. */
export function readWatermark(
  pixels: Pixels,
  credentials: CredentialsReport,
  keys: readonly WatermarkKey[] = [PUBLIC_KEY],
  search: Search = 'full',
): WatermarkReport {
  const declared = declaredPayload(credentials);
  const expectedKeys = askableKeys(credentials, keys);
  // Two questions share what one may err, so that an image's bound stays what it is.
  const maxFalsePositive = declared === null ? MAX_FALSE_POSITIVE : MAX_FALSE_POSITIVE / 2;
  // Even when nothing is found, the bound is that of the last question put to the pixels.
  const { result, asked } = extractExpected(pixels, {
    keys,
    maxFalsePositive,
    expected: declared,
    expectedKeys,
    search,
  });
  const { payload } = result;
  return {
    alg: result.alg,
    status: payload === null ? 'none' : declared === payload ? 'verified' : 'detected',
    targeted: asked && payload !== null,
    payload,
    origin: payload === null ? null : payloadOrigin(payload),
    keyId: result.keyId,
    // Of two questions, either may err.
    pValue: declared === null ? result.pValue : Math.min(1, 2 * result.pValue),
    geometry: result.geometry,
    registry: null,
    ...(search === 'fast' ? { search } : {}),
  };
}

export function watermarkEvidence(
  watermark: WatermarkReport,
  credentials: CredentialsReport,
): Evidence[] {
  const declared = declaredPayload(credentials);
  const { payload, origin, keyId, pValue, targeted } = watermark;
  if (payload === null) return [];
  const open = keyId === PUBLIC_KEY.id;
  const evidence: Evidence[] = [
    {
      id: `watermark.${origin ?? 'unstated'}`,
      layer: 'watermark',
      finding: `imprint watermark ${payload} (${origin === 'generated' ? 'generated image' : origin === 'edited' ? 'AI-edited image' : 'origin not stated'})${targeted ? ', asked for as the credentials declare it' : ''}`,
      strength: open ? 'structural' : 'cryptographic',
      claim: origin === 'generated' ? 'ai-generated' : origin === 'edited' ? 'ai-edited' : null,
      llr: origin === 'unstated' ? 0 : open ? 7 : 12,
      spoofable: open,
      where: 'pixels',
      explain: `${targeted ? 'Not read blind: the pixels are too worn for that, but they agree with the payload that the credentials declare. ' : ''}${
        open
          ? 'Decoded with the public key: chance is ruled out by the bound, but anyone who has this tool could have put the mark there.'
          : 'Decoded with a secret key: nobody without it can write a new payload, though a mark can be lifted from one image to another.'
      }`,
      falsePositiveRate: pValue,
    },
  ];
  if (declared !== null && declared !== payload) {
    evidence.push({
      id: 'watermark.binding-mismatch',
      contradicts: [evidence[0]!.id, ...credentialsEvidence(credentials).map(({ id }) => id)],
      layer: 'watermark',
      finding: `The watermark says ${payload}, the credentials declare ${declared}`,
      strength: 'structural',
      claim: null,
      llr: 0,
      spoofable: true,
      where: 'pixels, c2pa.soft-binding',
      explain: 'The credentials or the watermark belong to another image.',
    });
  }
  return evidence;
}

export function watermarkFindings(
  watermark: WatermarkReport,
  credentials: CredentialsReport,
): Finding[] {
  const declared = declaredPayload(credentials);
  const finding = (ruleId: string, level: Finding['level'], message: string): Finding => ({
    ruleId,
    level,
    message,
    code: null,
    where: 'pixels',
  });
  const findings: Finding[] = [];
  if (watermark.payload !== null && credentials.presence === 'absent') {
    findings.push(
      finding(
        'IM102',
        'warning',
        'A watermark is present but the credentials that belong to it are gone',
      ),
    );
  }
  if (declared !== null && watermark.payload === null) {
    findings.push(
      finding(
        'IM501',
        'warning',
        'The watermark that the credentials declare was not found with the keys tried',
      ),
    );
  }
  if (declared !== null && watermark.payload !== null && declared !== watermark.payload) {
    findings.push(
      finding('IM502', 'error', 'The watermark differs from the one that the credentials declare'),
    );
  }
  return findings;
}
