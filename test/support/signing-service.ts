/** An HTTP signing service as docs/signing.md describes it. */
import type { SigningAlgorithm } from '../../src/c2pa/index.js';
import type { HttpPeer, PeerAnswer, PeerRequest } from './http-peer.js';
import { startPeer } from './http-peer.js';
import { identityFor, signAsKeyStore } from './signing-identity.js';

/** Signs with the key of `identityFor` the algorithm in the header, for whoever has the token. */
export function startSigningService(
  token: string,
  form: 'raw' | 'json',
  tls?: { key: string; cert: string },
): Promise<HttpPeer> {
  const answer = ({ headers, body }: PeerRequest): PeerAnswer => {
    if (headers['authorization'] !== `Bearer ${token}`) {
      return { status: 401, headers: { 'content-type': 'text/plain' }, body: 'who are you?' };
    }
    const algorithm = headers['signature-algorithm'] as SigningAlgorithm;
    const signature = signAsKeyStore(algorithm, identityFor(algorithm).privateKey, body);
    if (form === 'raw') {
      return { headers: { 'content-type': 'application/octet-stream' }, body: signature };
    }
    const json = JSON.stringify({ signature: Buffer.from(signature).toString('base64') });
    return { headers: { 'content-type': 'application/json; charset=utf-8' }, body: json };
  };
  return startPeer(answer, tls);
}
