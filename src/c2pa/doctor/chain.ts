/** Certificates put into the order that they certify each other in, the leaf first. */
import { isNamedIssuer, isSignedBy } from './certificate.js';
import type { ParsedCertificate } from './certificate.js';

/** One step from a certificate to the one that should have issued it. */
export interface Link {
  readonly child: ParsedCertificate;
  readonly issuer: ParsedCertificate;
  /** The issuer's name is the one the child gives. */
  readonly named: boolean;
  /** The issuer's key made the child's signature. */
  readonly signed: boolean;
  /** The issuer comes from the trust list and not from the file. */
  readonly anchor: boolean;
}

export interface Arrangement {
  /** From the leaf as far as issuers are found in the file. */
  readonly path: readonly ParsedCertificate[];
  readonly links: readonly Link[];
  /** Certificates of the file that are not on the path; copies left out. */
  readonly stray: readonly ParsedCertificate[];
  /** Later copies of a certificate. */
  readonly copies: readonly ParsedCertificate[];
}

/** What a certificate is in its chain. */
export type Role = 'leaf' | 'intermediate' | 'root' | 'stray';

/** The leaf is the first, unless that one is a CA and just one other is none. */
function findLeaf(certificates: readonly ParsedCertificate[]): ParsedCertificate | undefined {
  const first = certificates[0];
  if (first?.isCa !== true) return first;
  const others = certificates.filter((certificate) => !certificate.isCa);
  return others.length === 1 ? others[0] : first;
}

function linkTo(child: ParsedCertificate, issuer: ParsedCertificate, anchor: boolean): Link {
  const named = isNamedIssuer(child, issuer);
  return { child, issuer, named, signed: isSignedBy(child, issuer), anchor };
}

/** Name and signature, else signature alone, else name alone. */
export function findIssuer(
  child: ParsedCertificate,
  among: readonly ParsedCertificate[],
  anchor = false,
): Link | undefined {
  const links = among
    .map((issuer) => linkTo(child, issuer, anchor))
    .filter(({ named, signed }) => named || signed);
  const rank = (link: Link): number => Number(link.signed) * 2 + Number(link.named);
  return links.sort((a, b) => rank(b) - rank(a))[0];
}

export function arrange(certificates: readonly ParsedCertificate[]): Arrangement {
  const same = (a: ParsedCertificate, b: ParsedCertificate): boolean =>
    Buffer.compare(a.der, b.der) === 0;
  const originals = certificates.filter(
    (certificate, index) => !certificates.slice(0, index).some((other) => same(other, certificate)),
  );
  const copies = certificates.filter((certificate) => !originals.includes(certificate));
  const leaf = findLeaf(originals);
  const path: ParsedCertificate[] = [];
  const links: Link[] = [];
  let rest: readonly ParsedCertificate[] = originals;
  for (let current = leaf; current !== undefined; current = links.at(-1)?.issuer) {
    path.push(current);
    rest = rest.filter((certificate) => certificate !== current);
    if (current.selfIssued) break;
    const link = findIssuer(current, rest);
    if (link === undefined) break;
    links.push(link);
  }
  return { path, links, stray: rest, copies };
}
