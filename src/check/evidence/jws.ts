/** JSON Web Signatures in compact form (RFC 7515) with the signer's chain in `x5c`. */
import { X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { errorMessage } from '../../core/index.js';
import type { Signer, SigningAlgorithm } from '../../provenance/index.js';
import { assertSignature } from '../../provenance/index.js';
import { CheckError } from '../errors.js';

/** RFC 7518 section 3.1 and RFC 8037; the raw signatures are those of COSE. */
const ALGORITHMS = {
  es256: 'ES256',
  es384: 'ES384',
  es512: 'ES512',
  ps256: 'PS256',
  ps384: 'PS384',
  ps512: 'PS512',
  ed25519: 'EdDSA',
} as const satisfies Record<SigningAlgorithm, string>;

const MAX_CHAIN = 10;
/** Of one certificate, in base64. */
const MAX_CERTIFICATE = 1 << 16;
const headerSchema = z.object({
  alg: z.enum(Object.values(ALGORITHMS)),
  typ: z.string(),
  x5c: z
    .array(
      z
        .string()
        .max(MAX_CERTIFICATE)
        .regex(/^[A-Za-z0-9+/=]+$/),
    )
    .min(1)
    .max(MAX_CHAIN),
  // RFC 7515 section 4.1.11: extensions that must be understood. None is.
  crit: z.never().optional(),
});

const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url');

export async function signJws(payload: Uint8Array, typ: string, signer: Signer): Promise<string> {
  const header = {
    alg: ALGORITHMS[signer.algorithm],
    typ,
    x5c: signer.chain.map((certificate) => Buffer.from(certificate).toString('base64')),
  };
  const signed = `${base64url(JSON.stringify(header))}.${base64url(payload)}`;
  const signature = await signer.sign(Buffer.from(signed, 'ascii'));
  return `${signed}.${base64url(signature)}\n`;
}

export interface VerifiedJws {
  payload: Uint8Array;
  /** DER, the signer's own certificate first. */
  chain: Uint8Array[];
}

/** Says that the key of the first certificate signed; not whose key that is. @throws CheckError CHECK_EVIDENCE */
export function verifyJws(text: string, typ: string): VerifiedJws {
  const parts = text.trim().split('.');
  const [head = '', body = '', signature = ''] = parts;
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) {
    throw refused('no JSON Web Signature in compact form');
  }
  const header = headerSchema.safeParse(parseJson(Buffer.from(head, 'base64url').toString('utf8')));
  if (!header.success) throw refused('a header that is not understood');
  const { alg, x5c } = header.data;
  if (header.data.typ !== typ) throw refused(`"typ" other than ${typ}`);
  const algorithm = (Object.keys(ALGORITHMS) as SigningAlgorithm[]).find(
    (name) => ALGORITHMS[name] === alg,
  )!;
  try {
    const chain = x5c.map((certificate) => new X509Certificate(Buffer.from(certificate, 'base64')));
    assertSignature(
      algorithm,
      chain[0]!.publicKey,
      Buffer.from(`${head}.${body}`, 'ascii'),
      Buffer.from(signature, 'base64url'),
    );
    return { payload: Buffer.from(body, 'base64url'), chain: chain.map(({ raw }) => raw) };
  } catch (error) {
    throw refused(`no signature by its first certificate (${errorMessage(error)})`);
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const refused = (what: string): CheckError =>
  new CheckError({ code: 'CHECK_EVIDENCE', message: `the statement has ${what}` });
