/**
 * Certificates that break one rule each, made in memory: the fields of a good one, with one of them
 * replaced. `issueCertificate` of the library cannot be used, because it makes only good ones.
 */
import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject, SignKeyObjectInput } from 'node:crypto';
import { toPem } from '../../src/c2pa/certificates.js';
import {
  DER_TAG,
  decodeChildren,
  decodeDer,
  encodeContext,
  encodeDer,
  encodeInteger,
  encodeOctetString,
  encodeOid,
  encodeSequence,
  encodeSetOf,
  encodeTime,
} from '../../src/c2pa/der.js';

export const DAY_MS = 86_400_000;
export const NOW = new Date();
export const inDays = (days: number): Date => new Date(NOW.getTime() + days * DAY_MS);

const BIT_STRING = 0x03;
const TRUE = encodeDer(DER_TAG.boolean, Uint8Array.of(0xff));
const NULL = encodeDer(DER_TAG.null, new Uint8Array(0));

export const ecKey = (namedCurve = 'P-256'): KeyObject =>
  generateKeyPairSync('ec', { namedCurve }).privateKey;
export const rsaKey = (modulusLength = 2048): KeyObject =>
  generateKeyPairSync('rsa', { modulusLength }).privateKey;

/** How a certificate is signed: the identifier that stands in it, and what really happens. */
export interface Signing {
  algorithm: Uint8Array;
  sign: (tbs: Uint8Array, key: KeyObject) => Uint8Array;
}

const plain =
  (hash: string | null, more: Partial<SignKeyObjectInput> = {}): Signing['sign'] =>
  (tbs, key) =>
    new Uint8Array(sign(hash, tbs, { key, ...more }));
const algorithm = (oid: string, parameters?: Uint8Array): Uint8Array =>
  encodeSequence(encodeOid(oid), ...(parameters === undefined ? [] : [parameters]));

export const SIGNING = {
  ecdsaSha256: { algorithm: algorithm('1.2.840.10045.4.3.2'), sign: plain('sha256') },
  ecdsaSha1: { algorithm: algorithm('1.2.840.10045.4.1'), sign: plain('sha1') },
  rsaSha256: { algorithm: algorithm('1.2.840.113549.1.1.11', NULL), sign: plain('sha256') },
  rsaMd5: { algorithm: algorithm('1.2.840.113549.1.1.4', NULL), sign: plain('md5') },
  ed25519: { algorithm: algorithm('1.3.101.112'), sign: plain(null) },
  ed448: { algorithm: algorithm('1.3.101.113'), sign: plain(null) },
  ed25519WithNull: { algorithm: algorithm('1.3.101.112', NULL), sign: plain(null) },
} satisfies Record<string, Signing>;

/** RSASSA-PSS with `hash` for the message and `mask` for the mask, as OIDs; null leaves both out. */
export function pss(hash: string | null, mask: string | null = hash): Signing {
  const parameters =
    hash === null || mask === null
      ? encodeSequence()
      : encodeSequence(
          encodeContext(0, algorithm(hash, NULL)),
          encodeContext(1, algorithm('1.2.840.113549.1.1.8', algorithm(mask, NULL))),
          encodeContext(2, encodeInteger(32)),
        );
  return {
    algorithm: algorithm('1.2.840.113549.1.1.10', parameters),
    sign: plain('sha256', { padding: 6, saltLength: 32 }),
  };
}

export function nameOf(parts: Record<string, string>, tag = 0x0c): Uint8Array {
  const oids: Record<string, string> = { O: '2.5.4.10', CN: '2.5.4.3', C: '2.5.4.6' };
  return encodeSequence(
    ...Object.entries(parts).map(([key, text]) =>
      encodeSetOf(
        encodeSequence(encodeOid(oids[key]!), encodeDer(tag, new TextEncoder().encode(text))),
      ),
    ),
  );
}

export function extension(oid: string, value: Uint8Array, critical = false): Uint8Array {
  return encodeSequence(encodeOid(oid), ...(critical ? [TRUE] : []), encodeOctetString(value));
}

export const basicConstraints = (
  ca: boolean,
  { pathLength, critical = true }: { pathLength?: number; critical?: boolean } = {},
): Uint8Array =>
  extension(
    '2.5.29.19',
    encodeSequence(
      ...(ca ? [TRUE] : []),
      ...(pathLength === undefined ? [] : [encodeInteger(pathLength)]),
    ),
    critical,
  );
/** @param bits the first byte of the BIT STRING: 0x80 digitalSignature, 0x40 nonRepudiation, 0x20 keyEncipherment, 0x04 keyCertSign, 0x02 cRLSign. */
export const keyUsage = (bits: number, critical = true): Uint8Array =>
  extension('2.5.29.15', encodeDer(BIT_STRING, Uint8Array.of(0, bits)), critical);
export const purposes = (oids: readonly string[], critical = false): Uint8Array =>
  extension('2.5.29.37', encodeSequence(...oids.map(encodeOid)), critical);
export const subjectKeyId = (id: Uint8Array): Uint8Array =>
  extension('2.5.29.14', encodeOctetString(id));
export const authorityKeyId = (id: Uint8Array): Uint8Array =>
  extension('2.5.29.35', encodeSequence(encodeDer(0x80, id)));

export const EMAIL = '1.3.6.1.5.5.7.3.4';
export const STAMPING = '1.3.6.1.5.5.7.3.8';

export function spkiOf(key: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }));
}

export function keyIdOf(spki: Uint8Array): Uint8Array {
  const [, bits] = decodeChildren(decodeDer(spki).content);
  return createHash('sha1').update(bits!.content.subarray(1)).digest();
}

/** Extensions by name: null leaves one out, bytes replace one, a new name adds one. */
export type Extensions = Record<string, Uint8Array | null>;

export interface Recipe {
  name?: Uint8Array;
  key?: KeyObject;
  /** Replaces the public key that stands in the certificate. */
  spki?: Uint8Array;
  ca?: boolean;
  /** Default: a root of its own that is not in the file; `self` signs itself. */
  issuer?: Made | 'self';
  /** Replaces the issuer's name. */
  issuerName?: Uint8Array;
  /** Replaces the key that signs. */
  signingKey?: KeyObject;
  signing?: Signing;
  /** Replaces the algorithm beside the signature only. */
  outerAlgorithm?: Uint8Array;
  from?: Date;
  to?: Date;
  /** Content octets. */
  serial?: Uint8Array;
  /** Value of the version field; null leaves it and the extensions out. */
  version?: number | null;
  uniqueId?: boolean;
  extensions?: Extensions;
}

export interface Made {
  der: Uint8Array;
  pem: string;
  key: KeyObject;
  keyPem: string;
  name: Uint8Array;
  spki: Uint8Array;
  to: Date;
}

const FAR_ROOT: Pick<Made, 'key' | 'name' | 'spki'> = (() => {
  const key = ecKey();
  return { key, name: nameOf({ O: 'Far', CN: 'Far root' }), spki: spkiOf(key) };
})();

function signingFor(key: KeyObject): Signing {
  if (key.asymmetricKeyType === 'rsa') return SIGNING.rsaSha256;
  if (key.asymmetricKeyType === 'ed25519') return SIGNING.ed25519;
  if (key.asymmetricKeyType === 'ed448') return SIGNING.ed448;
  return SIGNING.ecdsaSha256;
}

/** A good certificate (of a signer, or with `ca` of a CA), but for what `recipe` changes. */
export function make(recipe: Recipe = {}): Made {
  const { key = ecKey(), ca = false, version = 2 } = recipe;
  const name = recipe.name ?? nameOf({ O: 'Test', CN: ca ? 'Test CA' : 'Test signer' });
  const spki = recipe.spki ?? spkiOf(key);
  const issuer = recipe.issuer === 'self' ? { key, name, spki } : (recipe.issuer ?? FAR_ROOT);
  const signingKey = recipe.signingKey ?? issuer.key;
  const signing = recipe.signing ?? signingFor(signingKey);
  const to = recipe.to ?? inDays(ca ? 400 : 300);
  const extensions: Extensions = {
    basicConstraints: basicConstraints(ca),
    keyUsage: keyUsage(ca ? 0x06 : 0x80),
    purposes: ca ? null : purposes([EMAIL]),
    subjectKeyId: subjectKeyId(keyIdOf(spki)),
    authorityKeyId: recipe.issuer === 'self' ? null : authorityKeyId(keyIdOf(issuer.spki)),
    ...recipe.extensions,
  };
  const list = Object.values(extensions).filter((value) => value !== null);
  const tbs = encodeSequence(
    ...(version === null ? [] : [encodeContext(0, encodeInteger(version))]),
    encodeDer(DER_TAG.integer, recipe.serial ?? Uint8Array.of(0x40, 1, 2, 3, 4, 5, 6, 7, 8)),
    signing.algorithm,
    recipe.issuerName ?? issuer.name,
    encodeSequence(encodeTime(recipe.from ?? inDays(-1)), encodeTime(to)),
    name,
    spki,
    ...(recipe.uniqueId === true ? [encodeDer(0x82, Uint8Array.of(0, 1))] : []),
    ...(version === null || list.length === 0 ? [] : [encodeContext(3, encodeSequence(...list))]),
  );
  const der = encodeSequence(
    tbs,
    recipe.outerAlgorithm ?? signing.algorithm,
    encodeDer(BIT_STRING, Uint8Array.of(0), signing.sign(tbs, signingKey)),
  );
  const keyPem = key.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { der, pem: toPem('CERTIFICATE', der), key, keyPem, name, spki, to };
}

/** An SPKI with these RSA numbers, for keys that no library would make. */
export function rsaSpki(modulus: Uint8Array, exponent: number): Uint8Array {
  const numbers = encodeSequence(encodeInteger(modulus), encodeInteger(exponent));
  return encodeSequence(
    algorithm('1.2.840.113549.1.1.1', NULL),
    encodeDer(BIT_STRING, Uint8Array.of(0), numbers),
  );
}
