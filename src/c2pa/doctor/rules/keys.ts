/** Public keys and the algorithms of signatures, C2PA 2.4 section 14.5.1. */
import { decodeChildren } from '../../der.js';
import type { AlgorithmIdentifier, ParsedCertificate } from '../certificate.js';
import { readAlgorithm } from '../certificate.js';
import {
  curveName,
  GOOD_CURVES,
  GOOD_HASHES,
  KEY,
  keyName,
  RSASSA_PSS,
  signatureOf,
} from '../oids.js';
import { oidOf, readStrict, sequenceOf } from '../reader.js';
import type { CertificateRule } from '../rule.js';
import { eachOf, NOT_ROOT, ON_PATH } from '../rule.js';

const PROFILE = 'C2PA 2.4 §14.5.1';
const MIN_RSA_BITS = 2048;
const KNOWN_KEYS: readonly string[] = Object.values(KEY);
const EC_COMMAND = '`openssl ecparam -name prime256v1 -genkey -noout -out key.pem`';

/** The curve of an EC key; null for one given by its parameters, or by none. */
function curveOf({ parameters }: AlgorithmIdentifier): string | null {
  try {
    return parameters === null ? null : oidOf(readStrict(parameters), 'the curve');
  } catch {
    return null;
  }
}

const isRsa = ({ keyAlgorithm: { oid } }: ParsedCertificate): boolean =>
  oid === KEY.rsa || oid === KEY.rsaPss;

/** Such as `EC P-256` or `RSA 2048`. */
export function describeKey(certificate: ParsedCertificate): string {
  const { keyAlgorithm, publicKey } = certificate;
  const name = keyName(keyAlgorithm.oid);
  if (keyAlgorithm.oid === KEY.ec) return `${name} ${curveName(curveOf(keyAlgorithm) ?? '?')}`;
  const bits = publicKey?.asymmetricKeyDetails?.modulusLength;
  return bits === undefined ? name : `${name} ${bits}`;
}

/** What is wrong with RSASSA-PSS-params (RFC 4055 section 3.1): hash and mask hash must be named, good and equal. */
function pssProblem({ parameters }: AlgorithmIdentifier): string | null {
  if (parameters === null) return 'the parameters are missing, which means SHA-1';
  try {
    const parts = sequenceOf(readStrict(parameters), 'the parameters');
    const inside = (tag: number): AlgorithmIdentifier | null => {
      const part = parts.find((node) => node.tag === tag);
      return part === undefined ? null : readAlgorithm(decodeChildren(part.content)[0], 'a hash');
    };
    const hash = inside(0xa0)?.oid;
    const mask = inside(0xa1)?.parameters;
    if (hash === undefined || mask == null) return 'the hash is left out, which means SHA-1';
    const maskHash = readAlgorithm(readStrict(mask), 'the mask hash').oid;
    if (GOOD_HASHES[hash] === undefined) return `the hash ${hash} is not SHA-256, -384 or -512`;
    return maskHash === hash ? null : `the mask uses ${maskHash} and not ${GOOD_HASHES[hash]}`;
  } catch {
    return 'the parameters cannot be read';
  }
}

export const KEY_RULES: readonly CertificateRule[] = [
  {
    id: 'key-algorithm',
    level: 'error',
    title: 'The key is of a kind that C2PA does not sign with',
    spec: `${PROFILE}, §13.2`,
    fix: `Make an EC key on P-256, an RSA key of 2048 bits or more, or an Ed25519 key: ${EC_COMMAND}.`,
    check: eachOf(ON_PATH, ({ keyAlgorithm: { oid } }) =>
      KNOWN_KEYS.includes(oid) ? null : `the key is ${keyName(oid)}`,
    ),
  },
  {
    id: 'key-curve',
    level: 'error',
    title: 'The elliptic curve is not P-256, P-384 or P-521',
    spec: PROFILE,
    fix: `Make a new key: ${EC_COMMAND}, and have a certificate issued for it.`,
    check: eachOf(ON_PATH, ({ keyAlgorithm }) => {
      if (keyAlgorithm.oid !== KEY.ec) return null;
      const curve = curveOf(keyAlgorithm);
      if (curve === null) return 'the curve is given by its parameters and not by its name';
      return GOOD_CURVES[curve] === undefined ? `the curve is ${curveName(curve)}` : null;
    }),
  },
  {
    id: 'key-rsa-size',
    level: 'error',
    title: 'The RSA key is shorter than 2048 bits',
    spec: PROFILE,
    fix: 'Make a new key: `openssl genrsa -out key.pem 3072`, and have a certificate issued for it.',
    check: eachOf(ON_PATH, (certificate) => {
      const bits = certificate.publicKey?.asymmetricKeyDetails?.modulusLength ?? MIN_RSA_BITS;
      return isRsa(certificate) && bits < MIN_RSA_BITS ? `the key has ${bits} bits` : null;
    }),
  },
  {
    id: 'key-rsa-exponent',
    level: 'error',
    title: 'The RSA exponent is even or less than 3',
    spec: 'RFC 8017 §3.1',
    fix: 'Make a new key with the usual exponent 65537: `openssl genrsa -out key.pem 3072`.',
    check: eachOf(ON_PATH, (certificate) => {
      const exponent = certificate.publicKey?.asymmetricKeyDetails?.publicExponent ?? 65537n;
      const good = exponent >= 3n && exponent % 2n === 1n;
      return isRsa(certificate) && !good ? `the exponent is ${exponent}` : null;
    }),
  },
  {
    id: 'key-unusable',
    level: 'error',
    title: 'The public key cannot be used',
    spec: 'RFC 5280 §4.1.2.7',
    fix: 'Make a new key and have a certificate issued for it; the point or the numbers in this one are not those of a key.',
    check: eachOf(ON_PATH, ({ keyAlgorithm, publicKey }) => {
      const judged = keyAlgorithm.oid !== KEY.ec || GOOD_CURVES[curveOf(keyAlgorithm) ?? ''];
      return KNOWN_KEYS.includes(keyAlgorithm.oid) && judged && publicKey === null
        ? `the ${keyName(keyAlgorithm.oid)} key is damaged`
        : null;
    }),
  },
  {
    id: 'ed25519-parameters',
    level: 'error',
    title: 'Ed25519 is named with parameters',
    spec: 'RFC 8410 §3',
    fix: 'Have it issued by a tool that leaves the parameters of Ed25519 out, as RFC 8410 wants.',
    check: eachOf(NOT_ROOT, ({ keyAlgorithm, signatureAlgorithm }) =>
      [keyAlgorithm, signatureAlgorithm].some(
        ({ oid, parameters }) => oid === KEY.ed25519 && parameters !== null,
      )
        ? 'the parameters must be absent'
        : null,
    ),
  },
  {
    id: 'signature-weak-hash',
    level: 'error',
    title: 'The certificate is signed with MD5 or SHA-1',
    spec: PROFILE,
    fix: 'Have it issued again with SHA-256: `openssl x509 -req -sha256 ...`.',
    check: eachOf(NOT_ROOT, ({ signatureAlgorithm: { oid } }) => {
      const { name, kind } = signatureOf(oid);
      return kind === 'weak' ? `the signature is ${name}` : null;
    }),
  },
  {
    id: 'signature-algorithm',
    level: 'error',
    title: 'The certificate is signed with an algorithm outside the profile',
    spec: PROFILE,
    fix: 'Have it issued by a CA whose key is EC (P-256, P-384, P-521), RSA or Ed25519, with SHA-256, -384 or -512.',
    check: eachOf(NOT_ROOT, ({ signatureAlgorithm: { oid } }) => {
      const { name, kind } = signatureOf(oid);
      return kind === 'other' ? `the signature is ${name}` : null;
    }),
  },
  {
    id: 'signature-algorithm-differs',
    level: 'error',
    title: 'The two places that name the signature algorithm differ',
    spec: 'RFC 5280 §4.1.1.2',
    fix: 'Have it issued again: this certificate was damaged or put together by hand.',
    check: eachOf(ON_PATH, ({ signedAlgorithm, signatureAlgorithm }) =>
      Buffer.compare(signedAlgorithm.raw, signatureAlgorithm.raw) === 0
        ? null
        : `${signatureOf(signedAlgorithm.oid).name} is signed, ${signatureOf(signatureAlgorithm.oid).name} stands beside it`,
    ),
  },
  {
    id: 'signature-pss-parameters',
    level: 'error',
    title: 'The RSASSA-PSS parameters are outside the profile',
    spec: `${PROFILE}, RFC 4055 §3.1`,
    fix: 'Have it issued with `-sigopt rsa_padding_mode:pss -sha256`, which uses one hash for both.',
    check: eachOf(NOT_ROOT, ({ signatureAlgorithm }) =>
      signatureAlgorithm.oid === RSASSA_PSS ? pssProblem(signatureAlgorithm) : null,
    ),
  },
];
