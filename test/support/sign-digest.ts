/**
 * Signatures of a digest whose message is unknown, as key stores make them and node:crypto does not:
 * ECDSA (FIPS 186-5 section 6.4.1) and RSASSA-PSS (RFC 8017 section 9.1.1). For tests: not in
 * constant time.
 */
import { constants, createHash, privateEncrypt, randomBytes } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

interface Curve {
  p: bigint;
  n: bigint;
  gx: bigint;
  gy: bigint;
}
type Point = readonly [bigint, bigint] | null;

/** NIST curves, SP 800-186 section 3.2.1; a is -3 on each. */
const CURVES: Readonly<Record<string, Curve>> = {
  'P-256': {
    p: 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn,
    n: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    gx: 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296n,
    gy: 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5n,
  },
  'P-384': {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    n: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    gx: 0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
    gy: 0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
  },
  'P-521': {
    p: 2n ** 521n - 1n,
    n: 2n ** 521n - 0x5ae79787c40d069948033feb708f65a2fc44a36477663b851449048e16ec79bf7n,
    gx: 0xc6858e06b70404e9cd9e3ecb662395b4429c648139053fb521f828af606b4d3dbaa14b5e77efe75928fe1dc127a2ffa8de3348b3c1856a429bf97e7e31c2e5bd66n,
    gy: 0x11839296a789a3bc0045c8a5fb42c7d1bd998f54449579b446817afbd17273e662c97ee72995ef42640c550b9013fad0761353c7086a272c24088be94769fd16650n,
  },
};

const mod = (a: bigint, m: bigint): bigint => ((a % m) + m) % m;

function inverse(a: bigint, m: bigint): bigint {
  let [r0, r1, t0, t1] = [m, mod(a, m), 0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1, t0, t1] = [r1, r0 - q * r1, t1, t0 - q * t1];
  }
  return mod(t0, m);
}

function add(a: Point, b: Point, { p }: Curve): Point {
  if (a === null) return b;
  if (b === null) return a;
  if (a[0] === b[0] && mod(a[1] + b[1], p) === 0n) return null;
  const slope =
    a[0] === b[0]
      ? mod((3n * a[0] * a[0] - 3n) * inverse(2n * a[1], p), p)
      : mod((b[1] - a[1]) * inverse(b[0] - a[0], p), p);
  const x = mod(slope * slope - a[0] - b[0], p);
  return [x, mod(slope * (a[0] - x) - a[1], p)];
}

const toBigInt = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);

function derInteger(value: bigint): Buffer {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, 'hex');
  const body = bytes[0]! >= 0x80 ? Buffer.concat([Buffer.of(0), bytes]) : bytes;
  return Buffer.concat([Buffer.of(0x02, body.length), body]);
}

function ecdsa(key: KeyObject, digest: Uint8Array): Uint8Array {
  const jwk = key.export({ format: 'jwk' });
  const curve = CURVES[jwk.crv!]!;
  const { n, gx, gy } = curve;
  const d = toBigInt(Buffer.from(jwk.d!, 'base64url'));
  const bits = n.toString(2).length;
  const excess = BigInt(Math.max(0, digest.length * 8 - bits));
  const k = mod(toBigInt(randomBytes(80)), n - 1n) + 1n;
  let point: Point = null;
  for (let base: Point = [gx, gy], rest = k; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) point = add(point, base, curve);
    base = add(base, base, curve);
  }
  const r = mod(point![0], n);
  const s = mod(inverse(k, n) * ((toBigInt(digest) >> excess) + r * d), n);
  const body = Buffer.concat([derInteger(r), derInteger(s)]);
  const length = body.length < 0x80 ? Buffer.of(body.length) : Buffer.of(0x81, body.length);
  return new Uint8Array(Buffer.concat([Buffer.of(0x30), length, body]));
}

function rsaPss(key: KeyObject, digest: Uint8Array, hash: string): Uint8Array {
  const size = key.asymmetricKeyDetails!.modulusLength! / 8;
  const digestOf = (...parts: Uint8Array[]): Buffer =>
    createHash(hash).update(Buffer.concat(parts)).digest();
  const salt = randomBytes(digest.length);
  const h = digestOf(new Uint8Array(8), digest, salt);
  const block = Buffer.alloc(size - h.length - 1);
  block[block.length - salt.length - 1] = 1;
  salt.copy(block, block.length - salt.length);
  for (let at = 0, counter = 0; at < block.length; at += h.length, counter++) {
    const mask = digestOf(h, Buffer.of(0, 0, 0, counter));
    for (let i = 0; i < h.length && at + i < block.length; i++) block[at + i]! ^= mask[i]!;
  }
  block[0]! &= 0x7f;
  const encoded = Buffer.concat([block, h, Buffer.of(0xbc)]);
  return new Uint8Array(privateEncrypt({ key, padding: constants.RSA_NO_PADDING }, encoded));
}

/** @param hash that made `digest`: sha256, sha384 or sha512. ECDSA answers DER. */
export function signDigest(key: KeyObject, digest: Uint8Array, hash: string): Uint8Array {
  return key.asymmetricKeyType === 'ec' ? ecdsa(key, digest) : rsaPss(key, digest, hash);
}
