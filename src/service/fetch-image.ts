/** An image by its URL, through the guard against addresses that are not public. */
import { errorMessage } from '../core/index.js';
import type { ServiceDeps } from './deps.js';
import { ServiceError } from './errors.js';

/**
 * Why a fetch failed is told to the log alone: to a stranger the difference between "refused" and "no answer"
 * is a scan of the network that this server stands in.
 *
 * @throws ServiceError URL_NOT_FETCHED
 */
export async function fetchImage(
  { fetchUrl, limits, log }: Pick<ServiceDeps, 'fetchUrl' | 'limits' | 'log'>,
  url: string,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return (await fetchUrl(url, { maxBytes: limits.maxBytes })) as Uint8Array<ArrayBuffer>;
  } catch (cause) {
    // A query may hold a signature that gives access.
    const { hostname } = new URL(url);
    const reason = errorMessage(cause).replaceAll(url, hostname);
    log.warn({ host: hostname, reason }, 'URL not fetched');
    throw new ServiceError({
      code: 'URL_NOT_FETCHED',
      message:
        'the URL could not be fetched: it must be https on a public address, and answer 200 with an image ' +
        `of at most ${limits.maxBytes} bytes in time, after 3 redirects at most`,
    });
  }
}
