/** A signer whose key is in AWS KMS: the operation `Sign` of its JSON protocol, without an SDK. */
import type { Clock } from '../../core/index.js';
import { assertInteger, assertString, systemClock } from '../../core/index.js';
import { C2paError } from '../errors.js';
import { answerText, post, serviceUrl } from '../http-post.js';
import type { PostResponse } from '../http-post.js';
import { assertReachable } from '../reachable.js';
import type { Signer, SigningAlgorithm } from '../signer.js';
import { DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS } from './command.js';
import { createRemoteSigner } from './remote.js';
import type { RemoteSignerOptions } from './remote.js';
import { signSigV4 } from './sigv4.js';
import type { AwsCredentials } from './sigv4.js';

export interface KmsSignerOptions extends Omit<RemoteSignerOptions, 'sign' | 'ready'> {
  /** Key id, key ARN, `alias/NAME` or alias ARN. Its usage is SIGN_VERIFY. */
  keyId: string;
  /** Default: that of an ARN in `keyId`; otherwise needed. */
  region?: string;
  /** Fixed, or asked for at each signature (a function of the AWS SDK's credential providers fits). */
  credentials: AwsCredentials | (() => Promise<AwsCredentials>);
  /** Default: https://kms.REGION.amazonaws.com. https, or http on this machine. */
  endpoint?: string;
  /** Milliseconds for the whole exchange, 1..600000. Default: 30000. */
  timeoutMs?: number;
  /** Dates the request. Default: the system's. */
  clock?: Clock;
}

const WHO = 'AWS KMS';
const MAX_ANSWER = 1 << 16;
/** arn:aws:kms:us-east-1:111122223333:key/... and the partitions aws-cn, aws-us-gov. */
const ARN_REGION = /^arn:aws[\w-]*:kms:([a-z0-9-]+):/;
const REGION = /^[a-z]{2,}(-[a-z0-9]+)+$/;

/** `SigningAlgorithm` of KMS. Its Ed25519 takes no hash, and messages of 4096 bytes at most. */
const KMS_ALGORITHM: Record<SigningAlgorithm, string | null> = {
  es256: 'ECDSA_SHA_256',
  es384: 'ECDSA_SHA_384',
  es512: 'ECDSA_SHA_512',
  ps256: 'RSASSA_PSS_SHA_256',
  ps384: 'RSASSA_PSS_SHA_384',
  ps512: 'RSASSA_PSS_SHA_512',
  ed25519: null,
};

/**
 * KMS sees the hash of what is signed (`MessageType: DIGEST`), never the claim itself.
 *
 * @throws C2paError as `createRemoteSigner`; C2PA_KEY for Ed25519 certificates; C2PA_SIGNER with the
 *   name of the KMS error when it refuses.
 */
export function createKmsSigner(options: KmsSignerOptions): Signer {
  const { keyId, credentials, endpoint, timeoutMs = DEFAULT_TIMEOUT_MS, ...identity } = options;
  assertString(keyId, 'keyId', 2048);
  assertInteger(timeoutMs, 'timeoutMs', 1, MAX_TIMEOUT_MS);
  const region = options.region ?? ARN_REGION.exec(keyId)?.[1] ?? '';
  if (!REGION.test(region)) {
    throw new RangeError(
      `"region" expected one such as eu-central-1, got ${JSON.stringify(region)}`,
    );
  }
  const url = serviceUrl(endpoint ?? `https://kms.${region}.amazonaws.com/`, 'endpoint');
  const clock = options.clock ?? systemClock;
  const signer = createRemoteSigner({
    ...identity,
    ready: () => assertReachable({ url, timeoutMs, who: WHO, code: 'C2PA_SIGNER' }),
    async sign({ algorithm, digest }) {
      const body = JSON.stringify({
        KeyId: keyId,
        Message: Buffer.from(digest!).toString('base64'),
        MessageType: 'DIGEST',
        SigningAlgorithm: KMS_ALGORITHM[algorithm],
      });
      const target = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'TrentService.Sign',
      };
      const request = { method: 'POST', url, headers: target, body, region, service: 'kms' };
      const secret = typeof credentials === 'function' ? await credentials() : credentials;
      const headers = signSigV4({ ...request, time: clock.now() }, secret);
      const limits = { timeoutMs, maxBytes: MAX_ANSWER, who: WHO, code: 'C2PA_SIGNER' } as const;
      return signatureOf(await post({ url, body, headers, ...limits }));
    },
  });
  if (KMS_ALGORITHM[signer.algorithm] === null) {
    throw new C2paError({
      code: 'C2PA_KEY',
      message: `${WHO} cannot sign claims with ${signer.algorithm}: use an EC or RSA key`,
    });
  }
  return signer;
}

function signatureOf(answer: PostResponse): Uint8Array {
  let fields: Record<string, unknown> = {};
  try {
    fields = Object(JSON.parse(Buffer.from(answer.body).toString('utf8'))) as typeof fields;
  } catch {
    // Told below, with what was answered instead.
  }
  const signature = fields['Signature'];
  if (answer.status === 200 && typeof signature === 'string' && signature !== '') {
    return new Uint8Array(Buffer.from(signature, 'base64'));
  }
  throw new C2paError({
    code: 'C2PA_SIGNER',
    message: `${WHO} answered ${answer.status} without a signature${answerText(answer)}`,
  });
}
