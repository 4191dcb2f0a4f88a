/** Reads everything that the rules look at: file, certificates, their order, trust list and key. */
import { assertOneOf, assertString, errorMessage, systemClock } from '../../core/index.js';
import type { Clock } from '../../core/index.js';
import { checkTrust } from '../trust/check.js';
import { readCertificate } from './certificate.js';
import type { ParsedCertificate } from './certificate.js';
import { arrange, findIssuer } from './chain.js';
import type { Role } from './chain.js';
import { readKeyFile } from './key.js';
import { readChainFile } from './pem.js';
import type { ChainFile } from './pem.js';
import type { CertificatePurpose, Examination } from './rule.js';
import { CERTIFICATE_LABEL } from './rules/file.js';

export interface InspectChainOptions {
  /** Default: sign. */
  purpose?: CertificatePurpose;
  /** PEM private key that should belong to the signing certificate. Default: none, not looked at. */
  key?: string;
  /** For an encrypted key. Default: none. */
  passphrase?: string;
  /** PEM of trusted root or intermediate certificates. Default: none, trust is not looked at. */
  trust?: string;
  /** Validity is judged at this time. Default: the clock's. */
  time?: Date;
  /** Default: the system's. */
  clock?: Clock;
}

const MAX_INPUT = 1 << 20;
/** Of a file with more blocks, no more are read; a rule says that they are too many. */
const MAX_READ = 20;

/** @throws as inspectCertificateChain */
export function examine(chain: string | Uint8Array, options: InspectChainOptions): Examination {
  const { purpose = 'sign', key, passphrase, trust } = options;
  if (chain instanceof Uint8Array) {
    if (chain.length > MAX_INPUT) {
      throw new RangeError(`"chain" expected at most ${MAX_INPUT} bytes, got ${chain.length}`);
    }
  } else {
    assertString(chain, 'chain', MAX_INPUT);
  }
  assertOneOf(purpose, 'purpose', ['sign', 'timestamp']);
  if (key !== undefined) assertString(key, 'key', MAX_INPUT);
  const time = options.time ?? (options.clock ?? systemClock).now();
  if (!(time instanceof Date)) throw new TypeError(`"time" expected Date, got ${typeof time}`);
  if (Number.isNaN(time.getTime())) throw new RangeError('"time" expected valid date, got NaN');

  const file = readChainFile(chain);
  const { certificates, unreadable } = readCertificates(file);
  const anchors = trust === undefined ? null : readAnchors(trust);
  const arrangement = arrange(certificates);
  const { path, stray } = arrangement;
  const last = path.at(-1);
  const anchorLink =
    last === undefined || last.selfIssued ? undefined : findIssuer(last, anchors ?? [], true);
  return {
    ...arrangement,
    file,
    certificates,
    unreadable,
    leaf: path[0],
    anchors,
    anchorLink,
    purpose,
    time,
    key: key === undefined ? null : readKeyFile(key, passphrase),
    roleOf: (certificate) => roleIn(certificate, path, stray),
  };
}

/** CAs beyond a gap are held to the rules for CAs; copies and strangers to none. */
function roleIn(
  certificate: ParsedCertificate,
  path: readonly ParsedCertificate[],
  stray: readonly ParsedCertificate[],
): Role {
  if (certificate === path[0]) return 'leaf';
  const gap = path.at(-1)?.selfIssued === false;
  if (!path.includes(certificate) && !(gap && certificate.isCa && stray.includes(certificate))) {
    return 'stray';
  }
  return certificate.selfIssued ? 'root' : 'intermediate';
}

function readCertificates(file: ChainFile): Pick<Examination, 'certificates' | 'unreadable'> {
  const certificates: ParsedCertificate[] = [];
  const unreadable: { position: number; reason: string }[] = [];
  const blocks =
    file.form === 'pem'
      ? file.blocks.filter(({ label }) => label === CERTIFICATE_LABEL)
      : file.form === 'der'
        ? [{ der: file.der }]
        : [];
  blocks.slice(0, MAX_READ).forEach(({ der }, index) => {
    const position = index + 1;
    try {
      if (der === null) throw new RangeError('the text between the lines is no base64');
      certificates.push(readCertificate(der, position));
    } catch (error) {
      unreadable.push({ position, reason: errorMessage(error) });
    }
  });
  return { certificates, unreadable };
}

/** @throws C2paError C2PA_CERTIFICATE */
function readAnchors(pem: string): ParsedCertificate[] {
  checkTrust({ lists: [{ name: 'trust', anchorsPem: pem }] });
  const file = readChainFile(pem);
  const blocks = file.form === 'pem' ? file.blocks : [];
  return blocks.flatMap(({ label, der }) => {
    if (label !== CERTIFICATE_LABEL || der === null) return [];
    try {
      return [readCertificate(der, 0)];
    } catch {
      // node:crypto takes it and the strict reader does not: it cannot be looked up by its name.
      return [];
    }
  });
}
