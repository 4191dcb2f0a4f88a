/**
 * AWS KMS as far as `Sign` goes: it checks the Signature Version 4 of each request with its own
 * reading of the rules, and signs digests, not messages, as KMS does.
 */
import { createHash, createHmac } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { AwsCredentials } from '../../src/c2pa/index.js';
import type { HttpPeer, PeerAnswer, PeerRequest } from './http-peer.js';
import { startPeer } from './http-peer.js';
import { signDigest } from './sign-digest.js';

export interface KmsPeerOptions {
  credentials: AwsCredentials;
  region: string;
  /** Keys by id or alias. */
  keys: Readonly<Record<string, KeyObject>>;
}

const MAX_CLOCK_SKEW_MS = 300_000;

function kmsError(status: number, type: string, message: string): PeerAnswer {
  return {
    status,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: JSON.stringify({ __type: type, message }),
  };
}

/** The name of the KMS error for a request whose signature does not hold; null when it holds. */
function signatureProblem(
  { method, path, headers, body }: PeerRequest,
  { credentials, region }: KmsPeerOptions,
): string | null {
  const match =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/kms\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      headers['authorization'] ?? '',
    );
  if (match === null) return 'IncompleteSignatureException';
  const [, id, day = '', scopeRegion = '', signedHeaders = '', signature] = match;
  if (id !== credentials.accessKeyId) return 'UnrecognizedClientException';
  if (headers['x-amz-security-token'] !== credentials.sessionToken) return 'ExpiredTokenException';
  const names = signedHeaders.split(';');
  const needed = Object.keys(headers).filter(
    (name) => name === 'host' || name.startsWith('x-amz-'),
  );
  if (needed.some((name) => !names.includes(name))) return 'InvalidSignatureException';
  const date = headers['x-amz-date'] ?? '';
  const iso = date.replace(/^(....)(..)(..T..)(..)(..Z)$/, '$1-$2-$3:$4:$5');
  if (!date.startsWith(day) || !(Math.abs(Date.parse(iso) - Date.now()) < MAX_CLOCK_SKEW_MS)) {
    return 'InvalidSignatureException';
  }
  const sha = (data: string | Uint8Array): string =>
    createHash('sha256').update(data).digest('hex');
  let canonical = `${method}\n${path}\n\n`;
  for (const name of names) canonical += `${name}:${headers[name]?.trim()}\n`;
  canonical += `\n${signedHeaders}\n${sha(body)}`;
  let key: Buffer = Buffer.from(`AWS4${credentials.secretAccessKey}`);
  const step = (text: string): void => {
    key = createHmac('sha256', key).update(text).digest();
  };
  for (const text of [day, scopeRegion, 'kms', 'aws4_request']) step(text);
  step(`AWS4-HMAC-SHA256\n${date}\n${day}/${scopeRegion}/kms/aws4_request\n${sha(canonical)}`);
  const holds = key.toString('hex') === signature && scopeRegion === region;
  return holds ? null : 'InvalidSignatureException';
}

/** KMS names: ECDSA_SHA_256, RSASSA_PSS_SHA_256; the key's kind and curve must fit. */
function fits(key: KeyObject, algorithm: string): boolean {
  const byCurve: Record<string, string> = {
    prime256v1: 'ECDSA_SHA_256',
    secp384r1: 'ECDSA_SHA_384',
    secp521r1: 'ECDSA_SHA_512',
  };
  return key.asymmetricKeyType === 'ec'
    ? byCurve[key.asymmetricKeyDetails?.namedCurve ?? ''] === algorithm
    : /^RSASSA_PSS_SHA_(256|384|512)$/.test(algorithm);
}

export function startKmsPeer(options: KmsPeerOptions): Promise<HttpPeer> {
  return startPeer((request) => {
    const problem = signatureProblem(request, options);
    if (problem !== null) return kmsError(403, problem, 'the signature does not hold');
    if (
      request.headers['x-amz-target'] !== 'TrentService.Sign' ||
      request.headers['content-type'] !== 'application/x-amz-json-1.1'
    ) {
      return kmsError(400, 'UnknownOperationException', 'only Sign');
    }
    const fields = JSON.parse(Buffer.from(request.body).toString('utf8')) as Record<string, string>;
    const { KeyId = '', Message = '', MessageType, SigningAlgorithm = '' } = fields;
    const key = options.keys[KeyId];
    if (key === undefined) {
      return kmsError(400, 'NotFoundException', `Key '${KeyId}' does not exist`);
    }
    const bits = Number(/_(\d+)$/.exec(SigningAlgorithm)?.[1]);
    const digest = new Uint8Array(Buffer.from(Message, 'base64'));
    if (MessageType !== 'DIGEST' || digest.length * 8 !== bits || !fits(key, SigningAlgorithm)) {
      return kmsError(400, 'ValidationException', 'no such algorithm, or no such digest');
    }
    const signature = Buffer.from(signDigest(key, digest, `sha${bits}`)).toString('base64');
    return {
      headers: { 'content-type': 'application/x-amz-json-1.1' },
      body: JSON.stringify({ KeyId, Signature: signature, SigningAlgorithm }),
    };
  });
}
