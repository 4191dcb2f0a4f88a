/** What the certificates are to each other, RFC 9360 section 2 and RFC 5280 section 6.1. */
import type { CertificateRule } from '../rule.js';
import { AUTHORITIES, eachLink, eachOf } from '../rule.js';

const PATH = 'RFC 5280 §6.1';
const ORDER = 'RFC 9360 §2';
const ISSUER_FIX =
  'Issue from a CA made with `basicConstraints=critical,CA:true` and `keyUsage=critical,keyCertSign,cRLSign`.';

export const CHAIN_RULES: readonly CertificateRule[] = [
  {
    id: 'leaf-is-ca',
    level: 'error',
    title: 'The signing certificate is a CA',
    spec: 'C2PA 2.4 §14.5.1',
    fix: 'Let the CA issue a certificate for signing, with `basicConstraints=CA:false`, and put that one first.',
    check: eachOf(['leaf'], ({ isCa }) => (isCa ? 'its basic constraints say CA:true' : null)),
  },
  {
    id: 'leaf-self-signed',
    level: 'error',
    title: 'The signing certificate is self-signed',
    spec: 'C2PA 2.4 §14.5.1',
    fix: 'Make a CA and let it issue the certificate (`openssl x509 -req -CA ca.pem -CAkey ca.key ...`); for trying things out: `imprint certs dev`.',
    check: eachOf(['leaf'], ({ selfIssued }) =>
      selfIssued ? 'its issuer is its own subject' : null,
    ),
  },
  {
    id: 'chain-duplicate',
    level: 'error',
    title: 'A certificate stands twice',
    spec: ORDER,
    fix: 'Leave each certificate in the file once.',
    check: ({ copies }) =>
      copies.map(({ position }) => ({
        certificate: position,
        message: 'it stands earlier in the file',
      })),
  },
  {
    id: 'chain-order',
    level: 'error',
    title: 'The certificates are in the wrong order',
    spec: ORDER,
    fix: 'Put the signing certificate first and after each certificate the one that issued it: `cat leaf.pem intermediate.pem > chain.pem`.',
    check: ({ path }) => {
      const order = path.map(({ position }) => position);
      const sorted = [...order].sort((a, b) => a - b);
      return order.every((position, index) => position === sorted[index])
        ? []
        : [{ certificate: null, message: `the order should be ${order.join(', ')}` }];
    },
  },
  {
    id: 'chain-gap',
    level: 'error',
    title: 'A certificate between is missing',
    spec: ORDER,
    fix: 'Add the missing intermediate certificate; CAs publish theirs, and `openssl x509 -in leaf.pem -noout -ext authorityInfoAccess` says where.',
    check: ({ path, stray }) => {
      const last = path.at(-1);
      if (last === undefined || last.selfIssued || !stray.some(({ isCa }) => isCa)) return [];
      const message = `its issuer "${last.issuer.text}" is not in the file, though other CAs are`;
      return [{ certificate: last.position, message }];
    },
  },
  {
    id: 'chain-unrelated',
    level: 'warning',
    title: 'A certificate does not belong to the chain',
    spec: ORDER,
    fix: 'Remove it from the file: it certifies nothing here.',
    check: ({ path, stray }) => {
      // CAs beyond a gap are told by chain-gap.
      const gap = path.at(-1)?.selfIssued === false;
      return stray
        .filter(({ isCa }) => !(gap && isCa))
        .map(({ position, subject }) => ({
          certificate: position,
          message: `"${subject.text}" issued none of the others`,
        }));
    },
  },
  {
    id: 'chain-root-included',
    level: 'note',
    title: 'The root is in the chain',
    spec: 'C2PA 2.4 §14.6',
    fix: 'Nothing must be done: imprint leaves it out when it signs. Other tools may want it removed from the file.',
    check: ({ path }) => {
      const last = path.at(-1);
      if (last?.selfIssued !== true || path.length === 1) return [];
      const message = 'validators have it themselves or do not trust it';
      return [{ certificate: last.position, message }];
    },
  },
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

function namesApart(inChild: string, inIssuer: string): string {
  return inChild === inIssuer
    ? `"${inChild}" in both, but not in the same string type`
    : `"${inChild}" against "${inIssuer}"`;
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').slice(0, 40);
