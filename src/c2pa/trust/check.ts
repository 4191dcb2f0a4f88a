/** Trust lists as callers give them, checked before the engine, which passes over what it cannot read. */
import { X509Certificate } from 'node:crypto';
import { assertString, errorMessage } from '../../core/index.js';
import { C2paError } from '../errors.js';
import type { TrustSettings } from '../settings.js';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;
const BEGIN = /-----BEGIN [^-]*-----/g;
/** X.660: the first arc is 0, 1 or 2, numbers have no leading zeros. */
const OID = /^[0-2](\.(0|[1-9]\d{0,38})){1,30}$/;
const MAX_PEM = 1 << 22;
const MAX_CERTIFICATES = 5000;
const MAX_NAME = 500;

/**
 * @throws C2paError C2PA_CERTIFICATE naming the list, for PEM that is broken or has no certificate;
 *   RangeError for a key usage that is no dotted OID; TypeError for values of the wrong kind.
 */
export function checkTrust(trust: TrustSettings): void {
  for (const { name, anchorsPem, keyUsages } of trust.lists ?? []) {
    assertString(name, 'trust list name', MAX_NAME);
    readAnchors(name, anchorsPem);
    checkKeyUsages(keyUsages);
  }
  checkKeyUsages(trust.keyUsages);
}

function checkKeyUsages(usages: readonly string[] = []): void {
  for (const usage of usages) {
    assertString(usage, 'keyUsages', MAX_NAME);
    if (!OID.test(usage)) {
      throw new RangeError(
        `"keyUsages" expected dotted OIDs such as 1.3.6.1.5.5.7.3.4, got ${JSON.stringify(usage)}`,
      );
    }
  }
}

/**
 * The certificates of a list, in its order. Text around the PEM blocks is ignored.
 *
 * @throws C2paError C2PA_CERTIFICATE naming the list, for PEM that is broken or has no certificate.
 */
export function readAnchors(list: string, pem: string): X509Certificate[] {
  assertString(pem, 'anchorsPem', MAX_PEM);
  const blocks = pem.match(CERTIFICATE) ?? [];
  if (blocks.length === 0) throw refusal(list, 'holds no PEM certificate');
  if (blocks.length !== (pem.match(BEGIN) ?? []).length || blocks.length > MAX_CERTIFICATES) {
    throw refusal(list, 'has certificates that are cut off, too many, or something else');
  }
  return blocks.map((block, index) => {
    try {
      return new X509Certificate(block);
    } catch (cause) {
      const problem = `has a certificate (number ${index + 1}) that cannot be read`;
      throw refusal(list, `${problem}: ${errorMessage(cause)}`, cause);
    }
  });
}

const refusal = (list: string, problem: string, cause?: unknown): C2paError =>
  new C2paError({
    code: 'C2PA_CERTIFICATE',
    message: `the trust list ${JSON.stringify(list)} ${problem}`,
    cause,
  });
