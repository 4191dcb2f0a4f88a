/** What a rule is, and what it looks at. */
import type { ParsedCertificate } from './certificate.js';
import type { Arrangement, Link, Role } from './chain.js';
import type { KeyFile } from './key.js';
import type { ChainFile } from './pem.js';

/** `error`: refused somewhere that matters. `warning`: works, but is discouraged. `note`: good to know. */
export type CertificateFindingLevel = 'error' | 'warning' | 'note';

/** What a chain is for: signing claims, or issuing timestamps. */
export type CertificatePurpose = 'sign' | 'timestamp';

/** Everything that was read, before any judgement. */
export interface Examination extends Arrangement {
  readonly file: ChainFile;
  /** Those of the file that could be read, in its order. */
  readonly certificates: readonly ParsedCertificate[];
  /** Certificate blocks that could not be read, and why. */
  readonly unreadable: readonly { readonly position: number; readonly reason: string }[];
  readonly leaf: ParsedCertificate | undefined;
  /** Null where no list was given. */
  readonly anchors: readonly ParsedCertificate[] | null;
  /** From the end of the path to the trust list. */
  readonly anchorLink: Link | undefined;
  readonly purpose: CertificatePurpose;
  readonly time: Date;
  /** Null where no key was given. */
  readonly key: KeyFile | null;
  readonly roleOf: (certificate: ParsedCertificate) => Role;
}

/** One place where a rule is broken. */
export interface Breach {
  /** Place in the file, from 1; null for the file as a whole. */
  readonly certificate: number | null;
  readonly message: string;
}

export interface CertificateRule {
  /** Stable, kebab-case. */
  readonly id: string;
  readonly level: CertificateFindingLevel;
  /** What is wrong, as a title; a finding's message is this and what was found. */
  readonly title: string;
  /** Where it is written. */
  readonly spec: string;
  /** What to do, with a command where one helps. */
  readonly fix: string;
  readonly check: (examination: Examination) => Iterable<Breach>;
}

type Judge = (certificate: ParsedCertificate, examination: Examination) => string | null;

/** A check of each certificate with one of `roles`; null where nothing is wrong, else the message. */
export function eachOf(roles: readonly Role[], judge: Judge): CertificateRule['check'] {
  return (examination) =>
    examination.certificates.flatMap((certificate) => {
      if (!roles.includes(examination.roleOf(certificate))) return [];
      const message = judge(certificate, examination);
      return message === null ? [] : [{ certificate: certificate.position, message }];
    });
}

/** Every certificate of the chain. */
export const ON_PATH: readonly Role[] = ['leaf', 'intermediate', 'root'];
export const NOT_ROOT: readonly Role[] = ['leaf', 'intermediate'];
export const AUTHORITIES: readonly Role[] = ['intermediate', 'root'];

/** A check of each step from a certificate to its issuer; the breach is told of `child` unless said otherwise. */
export function eachLink(
  judge: (link: Link, examination: Examination) => string | null,
  of: 'child' | 'issuer' = 'child',
): CertificateRule['check'] {
  return (examination) => {
    const { links, anchorLink } = examination;
    return [...links, ...(anchorLink === undefined ? [] : [anchorLink])].flatMap((link) => {
      const message = judge(link, examination);
      if (message === null) return [];
      const certificate = of === 'issuer' && !link.anchor ? link.issuer : link.child;
      return [{ certificate: certificate.position, message }];
    });
  };
}
