/** Chains that break one rule each, by the rule that the doctor must name. */
import { generateKeyPairSync } from 'node:crypto';
import { toPem } from '../../src/c2pa/certificates.js';
import { encodeDer, encodeOctetString, encodeOid, encodeSequence } from '../../src/c2pa/der.js';
import type { InspectChainOptions } from '../../src/c2pa/index.js';
import type { Made, Recipe } from './make-bad-certificates.js';
import {
  authorityKeyId,
  basicConstraints,
  ecKey,
  EMAIL,
  extension,
  inDays,
  keyUsage,
  make,
  nameOf,
  pss,
  purposes,
  rsaKey,
  rsaSpki,
  SIGNING,
  STAMPING,
} from './make-bad-certificates.js';

export interface BadChain {
  rule: string;
  what: string;
  file: string | Uint8Array;
  options?: InspectChainOptions;
  /** Certificates and key as a signer would use them; null where there is nothing to sign with. */
  signer: { chain: readonly Uint8Array[]; key: Made['key'] } | null;
}

const chainOf = (...certificates: readonly Made[]): string =>
  certificates.map(({ pem }) => pem).join('');

/** One certificate that is wrong by itself. */
function one(rule: string, what: string, recipe: Recipe, options?: InspectChainOptions): BadChain {
  const made = make(recipe);
  const signer = { chain: [made.der], key: made.key };
  return { rule, what, file: made.pem, signer, ...(options === undefined ? {} : { options }) };
}

function several(
  rule: string,
  what: string,
  certificates: readonly Made[],
  options?: InspectChainOptions,
): BadChain {
  const chain = certificates.map(({ der }) => der);
  const signer = { chain, key: certificates[0]!.key };
  return {
    rule,
    what,
    file: chainOf(...certificates),
    signer,
    ...(options === undefined ? {} : { options }),
  };
}

const file = (rule: string, what: string, content: string | Uint8Array): BadChain => ({
  rule,
  what,
  file: content,
  signer: null,
});

const sha = (bits: number): string => `2.16.840.1.101.3.4.2.${{ 256: 1, 384: 2 }[bits]!}`;
const SHA1 = '1.3.14.3.2.26';
const rsaCa = make({ ca: true, key: rsaKey() });
const edCa = make({ ca: true, key: generateKeyPairSync('ed25519').privateKey });
const ed448 = generateKeyPairSync('ed448').privateKey;
const root = make({ ca: true, issuer: 'self', name: nameOf({ O: 'Test', CN: 'Root' }) });
const middle = make({ ca: true, issuer: root, name: nameOf({ O: 'Test', CN: 'Middle' }) });
const leaf = make({ issuer: middle });
const other = make();
const stranger = make({ ca: true, issuer: 'self', name: nameOf({ O: 'Other', CN: 'Stranger' }) });
const strangersRoot = stranger.pem;
const encrypted = leaf.key
  .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'open' })
  .toString();
/** A CA with one thing wrong, and a leaf that it issued. */
function under(rule: string, what: string, recipe: Recipe): BadChain {
  const ca = make({ ca: true, name: nameOf({ O: 'Test', CN: 'Bad CA' }), ...recipe });
  return several(rule, what, [make({ issuer: ca }), ca]);
}

const FILES: readonly BadChain[] = [
  file('file-empty', 'blank lines', '\n  \n'),
  file('file-der', 'DER of a good certificate', leaf.der),
  file('file-not-pem', 'a letter', 'Dear customer, your certificate is ready.'),
  file('file-cut-off', 'half a certificate', leaf.pem.slice(0, 300)),
  file(
    'file-request',
    'a signing request',
    toPem('CERTIFICATE REQUEST', encodeSequence(encodeSequence())),
  ),
  file('file-no-certificate', 'a private key alone', leaf.keyPem),
  file('file-private-key', 'chain and key in one file', chainOf(leaf, middle) + leaf.keyPem),
  file(
    'file-other-block',
    'a CRL beside the chain',
    chainOf(leaf, middle) + toPem('X509 CRL', encodeSequence()),
  ),
  file(
    'certificate-unreadable',
    'a certificate of one byte less',
    toPem('CERTIFICATE', leaf.der.subarray(0, -1)),
  ),
  file(
    'certificate-unreadable',
    'bytes after the certificate',
    toPem('CERTIFICATE', Uint8Array.from([...leaf.der, 0])),
  ),
  file(
    'certificate-unreadable',
    'no base64',
    '-----BEGIN CERTIFICATE-----\n*?*?\n-----END CERTIFICATE-----\n',
  ),
];

const STRUCTURE: readonly BadChain[] = [
  one('version', 'X.509 version 1', { version: null }),
  one('version', 'extensions in version 2', { version: 1 }),
  one('serial-zero', 'serial number 0', { serial: Uint8Array.of(0) }),
  one('serial-negative', 'serial number -2', { serial: Uint8Array.of(0xfe) }),
  one('serial-too-long', '21 bytes', { serial: new Uint8Array(21).fill(0x41) }),
  one('unique-id', 'subjectUniqueID', { uniqueId: true }),
  one('validity-order', 'from tomorrow to yesterday', { from: inDays(1), to: inDays(-1) }),
  one('validity-expired', 'until yesterday', { from: inDays(-9), to: inDays(-1) }),
  one('validity-not-yet', 'from tomorrow', { from: inDays(1), to: inDays(9) }),
  one('validity-expired', 'good now, asked for in two years', {}, { time: inDays(730) }),
  one('subject-organization', 'CN only', { name: nameOf({ CN: 'Jane' }) }),
  one('subject-common-name', 'O only', { name: nameOf({ O: 'Test' }) }),
];

const KEYS: readonly BadChain[] = [
  one('key-algorithm', 'an Ed448 key', { key: ed448 }),
  one('key-curve', 'secp256k1', { key: ecKey('secp256k1') }),
  one('key-curve', 'P-224', { key: ecKey('P-224') }),
  one('key-rsa-size', '1024 bits', { key: rsaKey(1024) }),
  one('key-rsa-exponent', 'exponent 2', { spki: rsaSpki(new Uint8Array(256).fill(0xc5), 2) }),
  one('key-unusable', 'a point that is not on the curve', {
    spki: encodeSequence(
      encodeSequence(encodeOid('1.2.840.10045.2.1'), encodeOid('1.2.840.10045.3.1.7')),
      encodeDer(0x03, Uint8Array.of(0, 4), new Uint8Array(64).fill(1)),
    ),
  }),
  one('ed25519-parameters', 'NULL behind Ed25519', {
    issuer: edCa,
    signing: SIGNING.ed25519WithNull,
  }),
  one('signature-weak-hash', 'ECDSA with SHA-1', { signing: SIGNING.ecdsaSha1 }),
  one('signature-weak-hash', 'RSA with MD5', { issuer: rsaCa, signing: SIGNING.rsaMd5 }),
  one('signature-algorithm', 'signed by an Ed448 CA', { signingKey: ed448 }),
  one('signature-algorithm-differs', 'SHA-256 inside, Ed25519 outside', {
    outerAlgorithm: SIGNING.ed25519.algorithm,
  }),
  one('signature-pss-parameters', 'mask with another hash', {
    issuer: rsaCa,
    signing: pss(sha(256), sha(384)),
  }),
  one('signature-pss-parameters', 'SHA-1 twice', { issuer: rsaCa, signing: pss(SHA1) }),
  one('signature-pss-parameters', 'left out, which means SHA-1', {
    issuer: rsaCa,
    signing: pss(null),
  }),
];

const NONE = new Uint8Array(0);
const SERVER = '1.3.6.1.5.5.7.3.1';
const stamp: InspectChainOptions = { purpose: 'timestamp' };
const USAGE: readonly BadChain[] = [
  one('key-usage-missing', 'no keyUsage', { extensions: { keyUsage: null } }),
  one('key-usage-no-signature', 'keyEncipherment', { extensions: { keyUsage: keyUsage(0x20) } }),
  one('key-usage-no-signature', 'nonRepudiation', { extensions: { keyUsage: keyUsage(0x40) } }),
  one('key-usage-cert-sign', 'keyCertSign', { extensions: { keyUsage: keyUsage(0x84) } }),
  one('key-usage-not-critical', 'not critical', {
    extensions: { keyUsage: keyUsage(0x80, false) },
  }),
  one('eku-missing', 'no extKeyUsage', { extensions: { purposes: null } }),
  one('eku-missing', 'empty extKeyUsage', { extensions: { purposes: purposes([]) } }),
  one('eku-any', 'any beside e-mail', {
    extensions: { purposes: purposes(['2.5.29.37.0', EMAIL]) },
  }),
  one('eku-wrong-purpose', 'a TLS server', { extensions: { purposes: purposes([SERVER]) } }),
  one('eku-wrong-purpose', 'a timestamp authority that signs', {
    extensions: { purposes: purposes([STAMPING], true) },
  }),
  one('eku-wrong-purpose', 'a signer that stamps', {}, stamp),
  one('eku-not-alone', 'e-mail and timestamps', {
    extensions: { purposes: purposes([EMAIL, STAMPING]) },
  }),
  one(
    'eku-not-alone',
    'timestamps and e-mail',
    { extensions: { purposes: purposes([STAMPING, EMAIL], true) } },
    stamp,
  ),
  one(
    'eku-stamp-not-critical',
    'timestamps, not critical',
    { extensions: { purposes: purposes([STAMPING]) } },
    stamp,
  ),
  one('aki-missing', 'no authorityKeyIdentifier', { extensions: { authorityKeyId: null } }),
  one('ski-missing-leaf', 'no subjectKeyIdentifier', { extensions: { subjectKeyId: null } }),
  under('ski-missing-ca', 'a CA without', { extensions: { subjectKeyId: null } }),
  under('basic-constraints-not-critical', 'a CA, not critical', {
    extensions: { basicConstraints: basicConstraints(true, { critical: false }) },
  }),
  one('extension-critical-unknown', 'of a vendor', {
    extensions: { vendor: extension('1.3.6.1.4.1.99999.1', encodeOctetString(NONE), true) },
  }),
  one('extension-twice', 'keyUsage twice', { extensions: { again: keyUsage(0x80) } }),
  one('extension-unreadable', 'keyUsage that is no bit string', {
    extensions: { keyUsage: extension('2.5.29.15', encodeOctetString(NONE), true) },
  }),
  one('path-length-without-ca', 'pathlen in a signer', {
    extensions: { basicConstraints: basicConstraints(false, { pathLength: 0 }) },
  }),
];

/** A chain of `count` certificates, the leaf first. */
function tower(count: number): Made[] {
  const authorities: Made[] = [];
  for (let level = 1; level < count; level++) {
    const name = nameOf({ O: 'Test', CN: `CA ${level}` });
    const issuer = authorities[0];
    authorities.unshift(make({ ca: true, name, ...(issuer === undefined ? {} : { issuer }) }));
  }
  return [make({ issuer: authorities[0]! }), ...authorities];
}

const narrow = make({
  ca: true,
  name: nameOf({ O: 'Test', CN: 'Narrow' }),
  extensions: { basicConstraints: basicConstraints(true, { pathLength: 0 }) },
});
const below = make({ ca: true, issuer: narrow, name: nameOf({ O: 'Test', CN: 'Below' }) });
const jane = make({ name: nameOf({ O: 'Test', CN: 'Jane' }) });
const printableName = nameOf({ O: 'Test', CN: 'Middle' }, 0x13);
const CHAINS: readonly BadChain[] = [
  several('leaf-is-ca', 'an intermediate CA as the signer', [middle]),
  one('leaf-self-signed', 'signed by itself', { issuer: 'self' }),
  several('chain-duplicate', 'the leaf twice', [leaf, leaf, middle]),
  several('chain-order', 'the CA first', [middle, leaf]),
  several('chain-gap', 'the intermediate left out', [leaf, root]),
  several('chain-unrelated', "another's certificate behind", [leaf, middle, other]),
  several('chain-root-included', 'up to the root', [leaf, middle, root]),
  several('chain-signature', 'a CA made anew under its old name', [
    leaf,
    make({ ca: true, issuer: root, name: middle.name }),
  ]),
  several('chain-name', 'issuer in PrintableString, subject in UTF8String', [
    make({ issuer: middle, issuerName: printableName }),
    middle,
  ]),
  several('chain-key-identifier', 'the identifier of another key', [
    make({
      issuer: middle,
      extensions: { authorityKeyId: authorityKeyId(new Uint8Array(20).fill(7)) },
    }),
    middle,
  ]),
  several('issuer-not-ca', 'issued by a signer', [make({ issuer: jane }), jane]),
  under('issuer-no-cert-sign', 'a CA that may sign CRLs only', {
    extensions: { keyUsage: keyUsage(0x02) },
  }),
  under('issuer-purpose', 'a CA for TLS servers', { extensions: { purposes: purposes([SERVER]) } }),
  several('path-length', 'a CA below one that allows none', [
    make({ issuer: below }),
    below,
    narrow,
  ]),
  several('outlives-issuer', 'a year longer than its CA', [
    make({ issuer: middle, to: inDays(800) }),
    middle,
  ]),
  several('chain-untrusted', 'a list with another root', [leaf, middle], { trust: strangersRoot }),
  several('chain-untrusted', 'the intermediate left out, its root in the list', [leaf], {
    trust: root.pem,
  }),
  {
    ...several('file-too-many', 'eleven certificates', tower(11)),
    signer: null,
  },
];

const PRIVATE_KEYS: readonly BadChain[] = [
  several('private-key-encrypted', 'no passphrase', [leaf, middle], { key: encrypted }),
  several('private-key-unreadable', 'a wrong passphrase', [leaf, middle], {
    key: encrypted,
    passphrase: 'shut',
  }),
  several('private-key-unreadable', 'a certificate instead', [leaf, middle], { key: leaf.pem }),
  several('private-key-mismatch', "another's key", [leaf, middle], { key: other.keyPem }),
  several('private-key-mismatch', "the CA's key", [leaf, middle], { key: middle.keyPem }),
];

export const BAD_CHAINS: readonly BadChain[] = [
  ...FILES,
  ...STRUCTURE,
  ...KEYS,
  ...USAGE,
  ...CHAINS,
  ...PRIVATE_KEYS,
];

export const GOOD_CHAIN = { leaf, middle, root, encrypted };
