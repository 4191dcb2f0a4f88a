/** Timestamps from an authority's address (RFC 3161 section 3.4, over HTTP). */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../core/index.js';
import { assertBytes, assertInteger, systemClock } from '../core/index.js';
import { C2paError } from './errors.js';
import { answerText, post, serviceUrl } from './http-post.js';
import { assertReachable } from './reachable.js';
import { checkTimestampResponse, encodeTimestampRequest } from './timestamp-response.js';
import type { TimestampSource } from './timestamp.js';

export interface TimestampClientOptions {
  /** http or https: the token is signed, so the way it comes does not matter. */
  url: string;
  /** Milliseconds for the whole exchange, 1..600000. Default: 30000. */
  timeoutMs?: number;
  /** The longest token to accept, which is the room kept in the file, 1000..100000. Default: 10 000. */
  maxTokenBytes?: number;
  /** Sign without a timestamp, and warn, when none can be taken. Default: false. */
  optional?: boolean;
  /** The time must be within a day of this clock's. Default: the system's. */
  clock?: Clock;
}

const WHO = 'the timestamp authority';
const NONCE_BYTES = 16;
/** Status and wrapping around the token. */
const RESPONSE_OVERHEAD = 4096;

/**
 * A source that asks the authority at `options.url` and checks its answer before it is used.
 *
 * @throws TypeError or RangeError for a bad option; when asked, C2paError C2PA_TIMESTAMP.
 */
export function createTimestampClient(options: TimestampClientOptions): TimestampSource {
  const { timeoutMs = 30_000, maxTokenBytes = 10_000, optional = false } = options;
  const clock = options.clock ?? systemClock;
  const url = serviceUrl(options.url, 'url', true);
  assertInteger(timeoutMs, 'timeoutMs', 1, 600_000);
  assertInteger(maxTokenBytes, 'maxTokenBytes', 1000, 100_000);
  const who = `${WHO} at ${url.host}`;
  return {
    maxTokenBytes,
    optional,
    ready: () => assertReachable({ url, timeoutMs, who: WHO, code: 'C2PA_TIMESTAMP' }),
    async timestamp(digest) {
      assertBytes(digest, 'digest', 32);
      const nonce = new Uint8Array(randomBytes(NONCE_BYTES));
      nonce[0] = (nonce[0]! & 0x7f) | 0x40;
      const answer = await post({
        url,
        body: encodeTimestampRequest({ digest, nonce }),
        headers: {
          'content-type': 'application/timestamp-query',
          accept: 'application/timestamp-reply',
        },
        timeoutMs,
        maxBytes: maxTokenBytes + RESPONSE_OVERHEAD,
        who: WHO,
        code: 'C2PA_TIMESTAMP',
      });
      if (answer.status !== 200) {
        const message = `${who} answered ${answer.status}${answerText(answer)}`;
        throw new C2paError({ code: 'C2PA_TIMESTAMP', message });
      }
      const now = clock.now();
      const token = checkTimestampResponse(answer.body, { digest, nonce }, { now, who });
      if (token.length <= maxTokenBytes) return token;
      throw new C2paError({
        code: 'C2PA_TIMESTAMP',
        message: `the token of ${who} has ${token.length} bytes, more than the ${maxTokenBytes} kept for it`,
      });
    },
  };
}
