/**
 * The one way to the network for whatever a stranger's file names (a remote manifest) and for published
 * lists: https, public addresses, bounded in bytes, time and redirects. The address is checked after the
 * name was resolved and is the one connected to, so a name that resolves differently the second time
 * (DNS rebinding) gains nothing; every redirect goes through the same check.
 */
import { lookup as resolveName } from 'node:dns';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { isIP } from 'node:net';
import { errorMessage, printable } from '../core/index.js';
import { isPublicAddress } from './addresses.js';
import { C2paError } from './errors.js';

/** @returns the body. @throws C2paError C2PA_FETCH */
export type GuardedFetch = (url: string, options?: { maxBytes?: number }) => Promise<Uint8Array>;

export interface GuardedFetchOptions {
  /** Longest body in bytes. Default 32 MiB. */
  maxBytes?: number;
  /** For everything, redirects included, in milliseconds. Default 20 s. */
  timeoutMs?: number;
  /** Default 3. */
  maxRedirects?: number;
  /** Addresses besides public ones that may be connected to. Default: none. */
  unsafeAllowAddress?: (address: string) => boolean;
  /** Allow http besides https, for addresses that `unsafeAllowAddress` admits. Default false. */
  unsafeAllowHttp?: boolean;
  /** PEM of certificate authorities to believe instead of the system's. Default: the system's. */
  ca?: string;
}

const MAX_URL = 4000;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function createGuardedFetch(options: GuardedFetchOptions = {}): GuardedFetch {
  const { timeoutMs = 20_000, maxRedirects = 3, unsafeAllowHttp = false, ca } = options;
  const limit = options.maxBytes ?? 32 << 20;
  const allowed = (address: string): boolean =>
    isPublicAddress(address) || options.unsafeAllowAddress?.(address) === true;

  function lookup(
    hostname: string,
    settings: LookupOptions,
    done: (error: Error | null, address: string | LookupAddress[], family?: number) => void,
  ): void {
    resolveName(hostname, { ...settings, all: true }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !allowed(address));
      if (error !== null) done(error, []);
      else if (refused !== undefined) done(notPublic(hostname, refused.address), []);
      else if (settings.all === true) done(null, addresses);
      else done(null, addresses[0]!.address, addresses[0]!.family);
    });
  }

  function checkUrl(text: string): URL {
    const url = text.length <= MAX_URL && URL.canParse(text) ? new URL(text) : null;
    if (url === null) throw new Error('it is no URL');
    if (url.protocol !== 'https:' && !(unsafeAllowHttp && url.protocol === 'http:')) {
      throw new Error('only https is allowed');
    }
    if (url.username !== '' || url.password !== '') throw new Error('it holds credentials');
    // A literal address is connected to without a lookup.
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    if (isIP(host) !== 0 && !allowed(host)) throw notPublic(host, host);
    return url;
  }

  return async (start, { maxBytes = limit } = {}) => {
    // Loaded here: most runs never fetch, and it costs each of them a tenth of a second to start.
    const { Agent, request } = await import('undici');
    const signal = AbortSignal.timeout(timeoutMs);
    // An agent for each fetch: no connection outlives the check that it was opened under.
    const dispatcher = new Agent({
      connect: { lookup, timeout: timeoutMs, ...(ca === undefined ? {} : { ca }) },
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxHeaderSize: 16 << 10,
    });
    try {
      let url = checkUrl(start);
      for (let redirects = 0; ; redirects++) {
        const response = await request(url.href, {
          dispatcher,
          signal,
          headers: { 'accept-encoding': 'identity', 'user-agent': 'imprint' },
        });
        const location = response.headers['location'];
        if (REDIRECTS.has(response.statusCode) && typeof location === 'string') {
          response.body.on('error', () => undefined).destroy();
          if (redirects >= maxRedirects) throw new Error(`more than ${maxRedirects} redirects`);
          const next = URL.canParse(location, url.href) ? new URL(location, url).href : location;
          url = checkUrl(next);
          continue;
        }
        if (response.statusCode !== 200) throw new Error(`the answer is ${response.statusCode}`);
        const encoding = response.headers['content-encoding'] ?? 'identity';
        if (encoding !== 'identity') throw new Error('the answer is compressed');
        return await bodyOf(response.body, maxBytes);
      }
    } catch (cause) {
      const reason = signal.aborted ? `no answer within ${timeoutMs} ms` : errorMessage(cause);
      throw new C2paError({
        code: 'C2PA_FETCH',
        message: `cannot fetch ${printable(start)}: ${printable(reason)}`,
        cause,
      });
    } finally {
      await dispatcher.destroy();
    }
  };
}

const notPublic = (host: string, address: string): Error =>
  new Error(
    `${host === address ? address : `${host} (${address})`} is no public address and is not connected to`,
  );

async function bodyOf(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > maxBytes) throw new Error(`the answer is longer than ${maxBytes} bytes`);
    parts.push(part);
  }
  return new Uint8Array(Buffer.concat(parts));
}
