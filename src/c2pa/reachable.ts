/** Whether a service answers at all: asked before long work, where nothing is to be signed yet. */
import { connect, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { errorMessage, printable } from '../core/index.js';
import { C2paError } from './errors.js';
import type { PostRequest } from './http-post.js';

/**
 * Connects, shakes hands where it is https, and says nothing: a token or a key that the service does not
 * take shows only when something is signed.
 *
 * @throws C2paError with the request's code.
 */
export async function assertReachable(
  request: Pick<PostRequest, 'url' | 'timeoutMs' | 'who' | 'code'>,
): Promise<void> {
  const { url, timeoutMs, who, code } = request;
  const secure = url.protocol === 'https:';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? (secure ? 443 : 80) : Number(url.port);
  // RFC 6066 section 3: an address is no server name.
  const socket = secure
    ? connectTls({ host, port, ...(isIP(host) === 0 ? { servername: host } : {}) })
    : connect({ host, port });
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(secure ? 'secureConnect' : 'connect', resolve).once('error', reject);
      const late = (): void => reject(new Error(`no connection within ${timeoutMs / 1000} s`));
      socket.setTimeout(timeoutMs, late);
    });
  } catch (cause) {
    const message = `${who} at ${printable(url.host)} could not be reached: ${printable(errorMessage(cause))}`;
    throw new C2paError({ code, message, cause });
  } finally {
    // An error of a socket that is given up has no reader any more, and would end the process.
    socket.on('error', () => undefined).destroy();
  }
}
