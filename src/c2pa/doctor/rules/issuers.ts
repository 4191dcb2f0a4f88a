/** What each certificate is to the one that issued it, RFC 5280 section 6.1. */
import { ANY_PURPOSE, purposeName } from '../oids.js';
import type { CertificateRule } from '../rule.js';
import { AUTHORITIES, eachLink, eachOf } from '../rule.js';

const PATH = 'RFC 5280 §6.1';
const ISSUER_FIX =
  'Issue from a CA made with `basicConstraints=critical,CA:true` and `keyUsage=critical,keyCertSign,cRLSign`.';

function namesApart(inChild: string, inIssuer: string): string {
  return inChild === inIssuer
    ? `"${inChild}" in both, but not in the same string type`
    : `"${inChild}" against "${inIssuer}"`;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').slice(0, 40);

export const ISSUER_RULES: readonly CertificateRule[] = [
  {
    id: 'chain-signature',
    level: 'error',
    title: 'The signature of a certificate is not that of its issuer',
    spec: PATH,
    fix: 'Use the CA certificate whose key issued this one: a CA that was made anew under its old name cannot stand in. `openssl verify -CAfile ca.pem leaf.pem` shows it.',
    check: eachLink(({ named, signed, issuer }) =>
      named && !signed ? `the key of "${issuer.subject.text}" did not make its signature` : null,
    ),
  },
  {
    id: 'chain-name',
    level: 'error',
    title: 'The issuer is named differently in its own certificate',
    spec: 'RFC 5280 §4.1.2.4',
    fix: 'Have it issued again: issuer and subject of the CA must be equal byte for byte, string types included.',
    check: eachLink(({ named, signed, child, issuer }) =>
      signed && !named ? namesApart(child.issuer.text, issuer.subject.text) : null,
    ),
  },
  {
    id: 'chain-key-identifier',
    level: 'error',
    title: 'The authority key identifier is not that of the issuer',
    spec: 'RFC 5280 §4.2.1.1',
    fix: 'Have it issued with `authorityKeyIdentifier=keyid` by the CA certificate that is in the chain.',
    check: eachLink(({ child, issuer, signed }) => {
      const wanted = child.facts.authorityKeyId?.keyId;
      const found = issuer.facts.subjectKeyId;
      if (!signed || wanted == null || found === null) return null;
      return Buffer.compare(wanted, found) === 0
        ? null
        : `${hex(wanted)} against ${hex(found)} of the issuer`;
    }),
  },
  {
    id: 'issuer-not-ca',
    level: 'error',
    title: 'The issuer is no CA',
    spec: 'RFC 5280 §4.2.1.9',
    fix: ISSUER_FIX,
    check: eachLink(
      ({ issuer }) =>
        issuer.isCa ? null : 'it issued a certificate but its basic constraints do not say CA:true',
      'issuer',
    ),
  },
  {
    id: 'issuer-no-cert-sign',
    level: 'error',
    title: 'The issuer may not sign certificates',
    spec: 'RFC 5280 §4.2.1.3',
    fix: ISSUER_FIX,
    check: eachLink(({ issuer: { isCa, facts } }) => {
      return isCa && facts.keyUsage?.has('keyCertSign') === false
        ? 'keyCertSign is missing from the key usage of the issuer'
        : null;
    }, 'issuer'),
  },
  {
    id: 'issuer-purpose',
    level: 'warning',
    title: 'The issuer is not meant for this purpose',
    spec: 'RFC 5280 §4.2.1.12',
    fix: 'Have it issued by a CA without extKeyUsage, or with the purpose of this certificate in it: many validators take the purposes of a CA as a limit for what it issues.',
    check: eachLink(({ child, issuer }) => {
      const limit = issuer.facts.purposes;
      const wanted = child.facts.purposes ?? [];
      if (limit === null || limit.includes(ANY_PURPOSE) || wanted.length === 0) return null;
      if (wanted.some((oid) => limit.includes(oid))) return null;
      const named = (oids: readonly string[]): string => oids.map(purposeName).join(', ');
      return `the issuer is for ${named(limit) || 'nothing'}, this one for ${named(wanted)}`;
    }),
  },
  {
    id: 'path-length',
    level: 'error',
    title: 'There are more CAs below a CA than it allows',
    spec: 'RFC 5280 §4.2.1.9',
    fix: 'Issue the signing certificate from the CA itself, or have the CA issued with a larger `pathlen`.',
    check: ({ path, anchorLink }) => {
      const authorities = path.slice(1);
      if (anchorLink !== undefined) authorities.push(anchorLink.issuer);
      return authorities.flatMap((authority, below) => {
        const allowed = authority.facts.basicConstraints?.pathLength ?? null;
        // RFC 5280 counts the CAs between, self-issued ones left out.
        const found = authorities.slice(0, below).filter(({ selfIssued }) => !selfIssued).length;
        if (allowed === null || found <= allowed) return [];
        const certificate = authority === anchorLink?.issuer ? null : authority.position;
        const message = `${found} below "${authority.subject.text}", at most ${allowed}`;
        return [{ certificate, message }];
      });
    },
  },
  {
    id: 'path-length-without-ca',
    level: 'error',
    title: 'A path length is given without CA:true',
    spec: 'RFC 5280 §4.2.1.9',
    fix: 'Have it issued with `basicConstraints=CA:false` alone.',
    check: eachOf(['leaf', ...AUTHORITIES], ({ isCa, facts: { basicConstraints } }) =>
      !isCa && basicConstraints !== null && basicConstraints.pathLength !== null
        ? `pathLenConstraint is ${basicConstraints.pathLength}`
        : null,
    ),
  },
  {
    id: 'outlives-issuer',
    level: 'warning',
    title: 'The certificate outlives its issuer',
    spec: `${PATH}.3`,
    fix: 'Have it issued for a shorter time: it stops working with its issuer.',
    check: eachLink(({ child, issuer }, { time }) =>
      child.notAfter > issuer.notAfter && issuer.notAfter >= time
        ? `it ends ${child.notAfter.toISOString().slice(0, 10)}, its issuer ${issuer.notAfter.toISOString().slice(0, 10)}`
        : null,
    ),
  },
  {
    id: 'chain-untrusted',
    level: 'error',
    title: 'The chain does not end in the trust list',
    spec: 'C2PA 2.4 §14.4',
    fix: 'Add the missing intermediates, or have the certificate issued by a CA of the list; `imprint verify --trust` takes the CA as a list of your own.',
    check: ({ anchors, anchorLink, path }) => {
      const last = path.at(-1);
      if (anchors === null || last === undefined) return [];
      const listed = path.some(({ der }) =>
        anchors.some((anchor) => Buffer.compare(anchor.der, der) === 0),
      );
      if (listed || anchorLink?.signed === true) return [];
      const message = `nothing in the list issued it; its issuer is "${last.issuer.text}"`;
      return [{ certificate: last.position, message }];
    },
  },
];
