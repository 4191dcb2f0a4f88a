/** A signer that asks an HTTP signing service. */
import { assertInteger, assertString } from '../../core/index.js';
import { C2paError } from '../errors.js';
import { answerText, post, serviceUrl } from '../http-post.js';
import type { PostResponse } from '../http-post.js';
import { assertReachable } from '../reachable.js';
import type { Signer } from '../signer.js';
import { DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS } from './command.js';
import { createRemoteSigner } from './remote.js';
import type { RemoteSignerOptions } from './remote.js';

export interface HttpSignerOptions extends Omit<RemoteSignerOptions, 'sign' | 'ready'> {
  /** https, or http on this machine. Redirects are not followed. */
  url: string;
  /** Sent as `Authorization: Bearer`. Default: none. */
  token?: string;
  /** Milliseconds for the whole exchange, 1..600000. Default: 30000. */
  timeoutMs?: number;
}

const WHO = 'the signing service';
const MAX_ANSWER = 1 << 16;
/** RFC 6750 section 2.1; anything else would break out of the header. */
const TOKEN = /^[\x21-\x7e]+$/;

/**
 * POSTs what is to be signed as application/octet-stream with the algorithm in the header
 * `Signature-Algorithm`. The service answers 200 with the signature's bytes (ECDSA: r||s or DER), or
 * as application/json `{"signature": base64}`.
 *
 * @throws C2paError as `createRemoteSigner`; C2PA_SIGNER for any other answer, or none in time.
 */
export function createHttpSigner(options: HttpSignerOptions): Signer {
  const { token, timeoutMs = DEFAULT_TIMEOUT_MS, url: address, ...identity } = options;
  const url = serviceUrl(address, 'url');
  assertInteger(timeoutMs, 'timeoutMs', 1, MAX_TIMEOUT_MS);
  if (token !== undefined) {
    assertString(token, 'token', 1 << 14);
    if (!TOKEN.test(token)) {
      throw new RangeError('"token" expected printable ASCII without blanks, got something else');
    }
  }
  return createRemoteSigner({
    ...identity,
    ready: () => assertReachable({ url, timeoutMs, who: WHO, code: 'C2PA_SIGNER' }),
    async sign({ algorithm, data }) {
      const headers = {
        'content-type': 'application/octet-stream',
        accept: 'application/octet-stream, application/json',
        'signature-algorithm': algorithm,
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      };
      const limits = { timeoutMs, maxBytes: MAX_ANSWER, who: WHO, code: 'C2PA_SIGNER' } as const;
      return signatureOf(await post({ url, body: data, headers, ...limits }));
    },
  });
}

function signatureOf(answer: PostResponse): Uint8Array {
  const { status, type, body } = answer;
  if (status === 401 || status === 403) {
    throw refusal(`${WHO} answered ${status}: check the bearer token${answerText(answer)}`);
  }
  if (status !== 200) throw refusal(`${WHO} answered ${status}${answerText(answer)}`);
  const signature = type === 'application/json' ? fromJson(body) : body;
  if (signature.length === 0) throw refusal(`${WHO} answered no signature`);
  return signature;
}

function fromJson(body: Uint8Array): Uint8Array {
  let signature: unknown;
  try {
    ({ signature } = Object(JSON.parse(Buffer.from(body).toString('utf8'))) as {
      signature?: unknown;
    });
  } catch {
    throw refusal(`${WHO} answered JSON that cannot be read`);
  }
  if (typeof signature !== 'string' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(signature)) {
    throw refusal(`${WHO} answered JSON without {"signature": base64}`);
  }
  return new Uint8Array(Buffer.from(signature, 'base64'));
}

const refusal = (message: string): C2paError => new C2paError({ code: 'C2PA_SIGNER', message });
