/** HTTP servers on this machine that stand for services elsewhere. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

export interface PeerRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: Uint8Array;
}

export interface PeerAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: Uint8Array | string;
}

export interface HttpPeer {
  /** `http://127.0.0.1:PORT`, with https for TLS */
  url: string;
  /** What was asked so far. */
  requests: PeerRequest[];
  close: () => Promise<void>;
}

async function readRequest(message: IncomingMessage): Promise<PeerRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return {
    method: message.method ?? '',
    path: message.url ?? '',
    headers: message.headers as Record<string, string>,
    body: new Uint8Array(Buffer.concat(chunks)),
  };
}

/**
 * @param answer gives the response; null leaves the request without one.
 * @param tls key and certificate, PEM, for https. Default: http.
 */
export async function startPeer(
  answer: (request: PeerRequest) => PeerAnswer | null | Promise<PeerAnswer | null>,
  tls?: { key: string; cert: string },
): Promise<HttpPeer> {
  const requests: PeerRequest[] = [];
  const handle = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const request = await readRequest(message);
    requests.push(request);
    const { status = 200, headers = {}, body = '' } = (await answer(request)) ?? { status: -1 };
    if (status === -1) return;
    response.writeHead(status, headers).end(body);
  };
  const listener = (message: IncomingMessage, response: ServerResponse): void =>
    void handle(message, response);
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** A peer that ends with the running test. */
export async function peerForTest(...args: Parameters<typeof startPeer>): Promise<HttpPeer> {
  const peer = await startPeer(...args);
  onTestFinished(() => peer.close());
  return peer;
}
