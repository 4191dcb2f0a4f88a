/** One POST to a service that a user named: within a time and a size, and never redirected. */
import { concatBytes, errorMessage, printable } from '../core/index.js';
import { C2paError } from './errors.js';
import type { C2paErrorCode } from './errors.js';

export interface PostRequest {
  url: URL;
  body: Uint8Array | string;
  headers: Record<string, string>;
  /** Milliseconds for the whole exchange. */
  timeoutMs: number;
  /** A longer answer is refused. */
  maxBytes: number;
  /** How errors call the service, and their code. */
  who: string;
  code: C2paErrorCode;
}

export interface PostResponse {
  status: number;
  /** Media type in lower case without parameters; empty when none was given. */
  type: string;
  body: Uint8Array;
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * @param plainHttp whether http to other machines is allowed: only where the answer is signed.
 * @throws TypeError or RangeError when `text` is no such address.
 */
export function serviceUrl(text: unknown, name: string, plainHttp = false): URL {
  const expected = `"${name}" expected ${plainHttp ? 'an http or https address' : 'an https address (http on this machine only)'}`;
  if (typeof text !== 'string' || !URL.canParse(text)) {
    throw new TypeError(`${expected}, got ${printable(JSON.stringify(text) ?? 'undefined')}`);
  }
  const url = new URL(text);
  // Secrets in an address end up in process lists and logs.
  if (url.username !== '' || url.password !== '') {
    throw new RangeError(`${expected} without user name and password, got one with them`);
  }
  const http = url.protocol === 'http:' && (plainHttp || LOOPBACK.test(url.hostname));
  if (url.protocol !== 'https:' && !http) {
    throw new RangeError(`${expected}, got ${printable(JSON.stringify(text))}`);
  }
  return url;
}

/** @throws C2paError with the request's code when there is no whole answer, or a redirect. */
export async function post(request: PostRequest): Promise<PostResponse> {
  const { url, body, headers, timeoutMs, maxBytes, who, code } = request;
  const fail = (what: string, cause?: unknown): C2paError =>
    new C2paError({ code, message: `${who} at ${printable(url.host)} ${what}`, cause });
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      method: 'POST',
      body: typeof body === 'string' ? body : new Uint8Array(body),
      // A kept connection may be closed by the other side just when the next signature is due.
      headers: { ...headers, connection: 'close' },
      redirect: 'manual',
      signal,
    });
    if (response.status >= 300 && response.status < 400) {
      const to = printable(response.headers.get('location') ?? 'nowhere');
      await response.body?.cancel();
      throw fail(`redirects to ${to}, which is not followed: give the final address`);
    }
    const type = (response.headers.get('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      const part = chunk as Uint8Array;
      size += part.length;
      // Leaving the loop cancels the stream.
      if (size > maxBytes) throw fail(`answered more than ${maxBytes} bytes`);
      chunks.push(part);
    }
    return { status: response.status, type, body: concatBytes(chunks) };
  } catch (cause) {
    if (cause instanceof C2paError) throw cause;
    if (signal.aborted) throw fail(`did not answer within ${timeoutMs / 1000} s`, cause);
    throw fail(`could not be reached: ${reason(cause)}`, cause);
  }
}

/** fetch says "fetch failed" and keeps the reason in its cause. */
function reason(error: unknown): string {
  const inner = error instanceof Error ? error.cause : undefined;
  return printable(errorMessage(inner instanceof Error && inner.message !== '' ? inner : error));
}

/** The beginning of an answer's text, for a message; empty when it is not text. */
export function answerText({ type, body }: PostResponse): string {
  if (!/^(text\/plain|application\/(\w+\+)?json|application\/x-amz-json-1\.1)$/.test(type))
    return '';
  return `: ${printable(Buffer.from(body.subarray(0, 800)).toString('utf8').trim(), 300)}`;
}
