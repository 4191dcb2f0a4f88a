/** What hostile clients get: each case is tried on a running server, and what came back is written down. */
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeImage } from '../../src/image/index.js';
import { bomb } from '../../test/support/bomb.js';
import { texturedPicture } from '../../test/support/picture.js';
import { SSRF_URLS } from '../../test/support/ssrf-urls.js';
import type { BenchServer } from './server.js';
import { startServer } from './server.js';

export interface AbuseRow {
  what: string;
  got: string;
  seconds: number;
}
export interface Abuse {
  rows: AbuseRow[];
  ssrf: { url: string; got: string }[];
  /** Connections that reached a listener on this machine. */
  connections: number;
  small: { requests: number; seconds: number; statuses: Record<string, number> };
  rssMib: { before: number; after: number };
}

const MIB = 1 << 20;
const SMALL_AT_ONCE = 32;
const OPTIONS = [
  ...['--anonymous', '--workers', '1', '--request-timeout', '5', '--log-level', 'silent'],
  ...['--max-bytes', String(2 * MIB), '--max-pixels', '4000000'],
];

export async function measureAbuse(smallRequests: number): Promise<Abuse> {
  // The rate of an address is lifted for the cases, which come from one address, and back for the flood.
  const lifted = await startServer(1, [...OPTIONS, '--address-rate', '1000000000']);
  const { rows, ssrf, connections } = await tryCases(lifted).finally(() => lifted.stop());
  const server = await startServer(1, OPTIONS);
  try {
    const before = server.rssMib();
    const small = await flood(server, smallRequests);
    const key = { 'x-api-key': server.keys[0]! };
    const meanwhile = await fetch(`${server.url}/docs.css`, { headers: key });
    rows.push({
      what: 'a client with a key, right after them',
      got: `${meanwhile.status}, the server ${server.alive() ? 'lives' : 'is gone'}`,
      seconds: 0,
    });
    return { rows, ssrf, connections, small, rssMib: { before, after: server.rssMib() } };
  } finally {
    await server.stop();
  }
}

type Case = readonly [what: string, attempt: (server: BenchServer) => Promise<string>];

async function tryCases(
  server: BenchServer,
): Promise<Pick<Abuse, 'rows' | 'ssrf' | 'connections'>> {
  const rows: AbuseRow[] = [];
  for (const [what, attempt] of cases(
    await encodeImage(texturedPicture(64, 64), { format: 'png' }),
  )) {
    const started = performance.now();
    const got = await attempt(server);
    rows.push({ what, got, seconds: (performance.now() - started) / 1000 });
    console.log(`  ${what}: ${got}`);
  }
  const { ssrf, connections } = await trySsrf(server);
  return { rows, ssrf, connections };
}

const upload =
  (body: Uint8Array | string, type = 'image/png', path = '/v1/verify', more = {}) =>
  async ({ url }: BenchServer): Promise<string> => {
    const headers = { 'content-type': type, ...more };
    return told(await fetch(url + path, { method: 'POST', headers, body }));
  };

async function told(response: Response): Promise<string> {
  const body = (await response.json().catch(() => null)) as { code?: string } | null;
  return [response.status, body?.code].filter(Boolean).join(' ');
}

/** What a client that writes `chunks` slowly gets: the first status until the server hangs up. */
const raw =
  (chunks: readonly string[], pauseMs = 0) =>
  ({ url }: BenchServer): Promise<string> =>
    new Promise((resolve) => {
      const { hostname, port } = new URL(url);
      const socket = connect(Number(port), hostname);
      let got = '';
      socket.on('data', (data) => (got += data.toString('latin1')));
      socket.on('error', () => undefined);
      socket.on('close', () => {
        const code = /"code":"(\w+)"/.exec(got)?.[1];
        const status = /^HTTP\/1\.1 (\d+)/.exec(got)?.[1] ?? 'no answer';
        resolve([status, code, 'connection closed'].filter(Boolean).join(' '));
      });
      void (async () => {
        for (const chunk of chunks) {
          if (socket.destroyed) return;
          socket.write(chunk);
          await sleep(pauseMs);
        }
      })();
    });

const head = (...lines: string[]): string =>
  ['POST /v1/verify HTTP/1.1', 'Host: x', 'Content-Type: image/png', ...lines, '', ''].join('\r\n');

function cases(image: Uint8Array): readonly Case[] {
  const drips = Array<string>(200).fill('x');
  const field = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n';
  const form = 'multipart/form-data; boundary=b';
  return [
    ['a body that comes a byte every 100 ms', raw([head('Content-Length: 200'), ...drips], 100)],
    [
      'headers that come a line every 100 ms',
      raw(['GET / HTTP/1.1\r\n', ...drips.map(() => 'X-A: b\r\n')], 100),
    ],
    ['10 bytes of a stated 100, then nothing', raw([head('Content-Length: 100'), '0123456789'])],
    ['a connection that says nothing', raw([])],
    ['1,000 connections that say nothing, and an upload besides', besideIdle(1000, image)],
    ['a header of 40 kB', raw([`GET / HTTP/1.1\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`])],
    ['a header of 10 MB', raw([`GET / HTTP/1.1\r\nX: ${'a'.repeat(10 * MIB)}\r\n\r\n`])],
    [
      '500 headers',
      raw([
        `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'A: b\r\n'.repeat(500)}\r\n`,
      ]),
    ],
    ['an address of 20 kB', raw([`GET /${'a'.repeat(20_000)} HTTP/1.1\r\nHost: x\r\n\r\n`])],
    ['a stated length of 5 GB', raw([head('Content-Length: 5000000000')])],
    ['3 MB where 2 are taken', upload(new Uint8Array(3 * MIB))],
    [
      '3 MB in chunks without a length',
      raw([
        head('Transfer-Encoding: chunked'),
        ...Array<string>(48).fill(`10000\r\n${'x'.repeat(65_536)}\r\n`),
      ]),
    ],
    ['two lengths', raw([`${head('Content-Length: 1', 'Content-Length: 2')}ab`])],
    [
      'a length beside chunks (smuggling)',
      raw([`${head('Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n`]),
    ],
    ['no HTTP', raw(['\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'])],
    ['nothing', upload('')],
    ['text as image/png', upload('hello')],
    ['a page as text/html', upload('<html>', 'text/html')],
    ['JSON where an image is taken', upload('{}', 'application/json')],
    ['an image where JSON is taken', upload(image, 'image/png', '/v1/verify/url')],
    ['a compressed body', upload('x', 'image/png', '/v1/verify', { 'content-encoding': 'gzip' })],
    ['half a PNG', upload(image.subarray(0, image.length >> 1))],
    ['a PNG of 25 megapixels in 4 kB', upload(bomb(5000))],
    ['a PNG of 4 gigapixels in its header', upload(bomb(65_535, 1000))],
    ['a form of 500 parts', upload(`${field.repeat(500)}--b--\r\n`, form)],
    [
      'a form without an end',
      upload('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nxx', form),
    ],
    ['a form without a boundary', upload('x', 'multipart/form-data')],
    ['JSON of 1 MB', upload(`{"url":"${'a'.repeat(MIB)}"}`, 'application/json', '/v1/verify/url')],
    ['JSON nested 100,000 deep', upload('['.repeat(100_000), 'application/json', '/v1/verify/url')],
    [
      '`__proto__` in JSON',
      upload('{"__proto__":{"url":"https://x/"}}', 'application/json', '/v1/verify/url'),
    ],
    [
      'GET with a path out of the page',
      raw(['GET /../../../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n']),
    ],
    [
      'the same, escaped',
      raw([
        'GET /%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      ]),
    ],
    [
      'DELETE /v1/verify',
      async ({ url }) => told(await fetch(`${url}/v1/verify`, { method: 'DELETE' })),
    ],
    [
      'a wrong API key',
      upload(image, 'image/png', '/v1/verify', {
        'x-api-key': `imp_${'0'.repeat(16)}_${'a'.repeat(43)}`,
      }),
    ],
    ['marking without a key', upload(image, 'image/png', '/v1/mark')],
  ];
}

const besideIdle =
  (count: number, image: Uint8Array) =>
  async (server: BenchServer): Promise<string> => {
    const { hostname, port } = new URL(server.url);
    const idle = Array.from({ length: count }, () => connect(Number(port), hostname));
    for (const socket of idle) socket.on('error', () => undefined).resume();
    const got = await upload(image)(server);
    const closed = Promise.all(
      idle.map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
    await Promise.race([closed, sleep(15_000)]);
    const left = idle.filter(({ destroyed }) => !destroyed).length;
    for (const socket of idle) socket.destroy();
    return `upload ${got}; ${count - left} of ${count} closed`;
  };

async function trySsrf(server: BenchServer): Promise<Pick<Abuse, 'ssrf' | 'connections'>> {
  let connections = 0;
  const listener = createServer((socket) => {
    connections++;
    socket.destroy();
  });
  await new Promise<void>((resolve) => listener.listen(0, resolve));
  const { port } = listener.address() as AddressInfo;
  const ssrf: Abuse['ssrf'] = [];
  for (const url of SSRF_URLS) {
    const body = JSON.stringify({ url: url.replace('PORT', String(port)) });
    ssrf.push({ url, got: await upload(body, 'application/json', '/v1/verify/url')(server) });
  }
  listener.close();
  return { ssrf, connections };
}

async function flood({ url }: BenchServer, requests: number): Promise<Abuse['small']> {
  const statuses: Record<string, number> = {};
  const started = performance.now();
  let sent = 0;
  const client = async (): Promise<void> => {
    while (sent++ < requests) {
      const response = await fetch(`${url}/docs.css`);
      await response.arrayBuffer();
      statuses[response.status] = (statuses[response.status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: SMALL_AT_ONCE }, client));
  return { requests, seconds: (performance.now() - started) / 1000, statuses };
}

export function abuseText({ rows, ssrf, connections, small, rssMib }: Abuse): string {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  const counts = Object.entries(small.statuses).map(([status, n]) => `${n} times ${status}`);
  return [
    '## Abuse',
    '',
    'Limits here: 2 MiB, 4 megapixels, 5 s for a request.',
    '',
    '| tried | got | after s |',
    '| --- | --- | --: |',
    ...rows.map(
      ({ what, got, seconds }) => `| ${cell(what)} | ${cell(got)} | ${seconds.toFixed(1)} |`,
    ),
    '',
    `${small.requests} small requests, ${SMALL_AT_ONCE} at once, in ${small.seconds.toFixed(0)} s: ${counts.join(', ')}. Resident memory ${rssMib.before.toFixed(0)} MiB before, ${rssMib.after.toFixed(0)} MiB after.`,
    '',
    '## Addresses that are not fetched',
    '',
    `\`POST /v1/verify/url\` with each of ${ssrf.length} addresses; a listener on this machine, behind PORT, saw ${connections} connections. Names that lead inside, rebinding and redirects are in test/service/ssrf.test.ts, which answers for a name server.`,
    '',
    '| address | got |',
    '| --- | --- |',
    ...ssrf.map(
      ({ url, got }) =>
        `| \`${cell(url.length > 70 ? `${url.slice(0, 70)}...` : url)}\` | ${got} |`,
    ),
  ].join('\n');
}
