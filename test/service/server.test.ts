/** `imprint serve` as a process: real threads and images, and what hostile clients get. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, encodeImage } from '../../src/image/index.js';
import { report as reportSchema } from '../../src/service/schemas/report.js';
import { bomb } from '../support/bomb.js';
import { cliSession } from '../support/cli.js';
import { fixture } from '../support/fixtures.js';
import { texturedPicture } from '../support/picture.js';

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const session = cliSession();
let child: ChildProcess;
let url = '';
let key = '';
let stderr = '';

beforeAll(async () => {
  child = spawn(
    process.execPath,
    [
      main,
      'serve',
      '--port',
      '0',
      '--anonymous',
      '--workers',
      '1',
      '--search',
      'fast',
      '--max-bytes',
      '2000000',
      '--max-pixels',
      '4000000',
      '--request-timeout',
      '2',
      '--address-rate',
      '300',
    ],
    { env: { PATH: process.env['PATH'] ?? '', IMPRINT_HOME: session.home } },
  );
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  url = await new Promise((resolve, reject) => {
    child.stdout!.once('data', (text: Buffer) => resolve(text.toString().trim()));
    child.once('exit', () => reject(new Error(stderr)));
  });
  while (!stderr.includes('API key')) await new Promise((resolve) => setTimeout(resolve, 20));
  key = /imp_\S+/.exec(stderr)![0];
});
afterAll(() => void child.kill('SIGKILL'));

const post = (body: Uint8Array | string, type = 'image/png', path = '/v1/verify') =>
  fetch(url + path, { method: 'POST', headers: { 'content-type': type }, body });
const codeOf = async (response: Response) => ((await response.json()) as { code?: string }).code;

/** What a client that writes `chunks` slowly gets: everything until the server hangs up, and after how long. */
function raw(chunks: string[], pauseMs = 0): Promise<string> {
  return new Promise((resolve) => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    let got = '';
    socket.on('data', (data) => (got += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(got));
    void (async () => {
      for (const chunk of chunks) {
        if (socket.destroyed) return;
        socket.write(chunk);
        await new Promise((next) => setTimeout(next, pauseMs));
      }
    })();
  });
}

describe('real work', () => {
  it('gives the report of the library, held to the schema', async () => {
    const image = await encodeImage(texturedPicture(256, 256), { format: 'png' });
    const response = await post(image);
    expect(response.status).toBe(200);
    const report = reportSchema.parse(await response.json());
    expect(report.file).toMatchObject({ width: 256, height: 256, mime: 'image/png' });
    expect(report.watermarks[0]).toMatchObject({ status: 'none', search: 'fast' });
    const again = await post(image);
    expect(again.headers.get('etag')).toBe(response.headers.get('etag'));
    const crjson = await post(
      fixture('images/one-pixel.png'),
      'image/png',
      '/v1/verify?format=crjson',
    );
    expect(crjson.status).toBe(200);
    expect(await crjson.json()).toBeNull();
  });

  it('marks and generates with a real signer, and finds both again when they are stripped', async () => {
    const asked = (path: string, type: string, body: Uint8Array | string) =>
      fetch(url + path, {
        method: 'POST',
        headers: { 'content-type': type, 'x-api-key': key },
        body,
      });
    const picture = await encodeImage(texturedPicture(512, 384), { format: 'png' });
    const asks = { prompt: 'a red apple', steps: 1, seed: 7 };
    const prompt = JSON.stringify(asks);
    const guided = JSON.stringify({ ...asks, turbo: true, guidance: 5 });
    const refused = await asked('/v1/generate', 'application/json', guided);
    expect(refused.status).toBe(422);
    expect(await refused.json()).toMatchObject({ code: 'GENERATE_OPTION' });
    for (const response of [
      await asked('/v1/mark?source=digitalCapture', 'image/png', picture),
      await asked('/v1/generate', 'application/json', prompt),
      await asked('/v1/generate', 'application/json', JSON.stringify({ ...asks, turbo: true })),
    ]) {
      expect(response.status).toBe(200);
      const [id, payload] = ['imprint-manifest-id', 'imprint-watermark'].map((name) =>
        response.headers.get(name),
      );
      const bytes = new Uint8Array(await response.arrayBuffer());
      const report = reportSchema.parse(await (await post(bytes)).json());
      expect(report.credentials).toMatchObject({ presence: 'embedded', integrity: 'intact' });
      expect(report.watermarks[0]).toMatchObject({ status: 'verified', payload });
      const stripped = await encodeImage((await decodeImage(bytes)).pixels, { format: 'webp' });
      const found = await asked('/v1/matches/byContent', 'image/webp', stripped);
      expect(await found.json()).toMatchObject({ matches: [{ manifestId: id }] });
      const manifest = await fetch(`${url}/v1/manifests/${encodeURIComponent(id!)}`, {
        headers: { 'x-api-key': key },
      });
      expect(manifest.headers.get('content-type')).toBe('application/c2pa');
    }
  }, 120_000);

  it('keys are made, listed and revoked while the server runs', async () => {
    const run = (...args: string[]) => session.run(['serve', 'keys', ...args]);
    const { stdout } = await run('create', '--scope', 'metrics', '--name', 'scraper');
    const made = stdout.trim();
    const metrics = () => fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${made}` } });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await (await metrics()).text()).toContain('nodejs_eventloop_lag_p99_seconds');
    const listed = (await run('list')).stdout;
    expect(listed).toContain('scraper');
    expect(listed).not.toContain(made.slice(21));
    await run('revoke', made.split('_')[1]!);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await metrics()).status).toBe(401);
    expect((await run('create', '--scope', 'everything')).code).toBe(64);
  });
});

describe('abuse', () => {
  it.each([
    ['nothing', '', 400, 'IMAGE_EMPTY'],
    ['text as an image', 'hello', 415, 'IMAGE_UNSUPPORTED'],
    ['half a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 422, 'IMAGE_MALFORMED'],
    ['3 MB', new Uint8Array(3_000_000), 413, 'BODY_TOO_LARGE'],
    ['a bomb of 25 million pixels', bomb(5000), 413, 'IMAGE_TOO_MANY_PIXELS'],
  ])('%s', async (_what, body, status, code) => {
    const response = await post(body);
    expect([response.status, await codeOf(response)]).toEqual([status, code]);
  });

  it('a length that is a lie, once too long and once too short', async () => {
    const head = (length: number) =>
      `POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: ${length}\r\n\r\n`;
    expect(await raw([head(5_000_000)])).toMatch(/^HTTP\/1.1 413 /);
    // Ten bytes of a hundred, and no more: the server hangs up once its patience ends.
    expect(await raw([head(100), '0123456789'])).toMatch(/^HTTP\/1.1 408 /);
  });

  it('3 MB in chunks, without a length', async () => {
    const chunk = `10000\r\n${'x'.repeat(65_536)}\r\n`;
    const head =
      'POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nTransfer-Encoding: chunked\r\n\r\n';
    expect(await raw([head, ...Array<string>(48).fill(chunk)])).toMatch(/^HTTP\/1.1 413 /);
  });

  it('a byte now and then', async () => {
    const head =
      'POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\nContent-Length: 100\r\n\r\n';
    expect(await raw([head, ...Array<string>(60).fill('x')], 100)).toMatch(/^HTTP\/1.1 408 /);
  });

  it('headers that never end, headers of 40 kB, and 101 of them', async () => {
    const many = `GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${'A: b\r\n'.repeat(99)}\r\n`;
    expect(await raw([many])).toMatch(/^HTTP\/1.1 431 [\s\S]*TOO_MANY_HEADERS/);
    expect(await raw([many.replace('A: b\r\n', '')])).toMatch(/^HTTP\/1.1 200 /);
    const slow = ['GET / HTTP/1.1\r\n', ...Array<string>(60).fill('X-A: b\r\n')];
    expect(await raw(slow, 100)).toMatch(/^HTTP\/1.1 408 /);
    expect(await raw([`GET / HTTP/1.1\r\nX: ${'a'.repeat(40_000)}\r\n\r\n`])).toMatch(
      /^HTTP\/1.1 431 /,
    );
  });

  it('two lengths, and a length beside chunks (request smuggling)', async () => {
    const head = 'POST /v1/verify HTTP/1.1\r\nHost: x\r\nContent-Type: image/png\r\n';
    expect(await raw([`${head}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`])).toMatch(
      /^HTTP\/1.1 400 /,
    );
    expect(
      await raw([`${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`]),
    ).toMatch(/^HTTP\/1.1 400 /);
  });

  it('compressed bodies, forms without an end, forms of many parts', async () => {
    const gzip = await fetch(`${url}/v1/verify`, {
      method: 'POST',
      headers: { 'content-type': 'image/png', 'content-encoding': 'gzip' },
      body: 'x',
    });
    expect(gzip.status).toBe(415);
    const form = (body: string) => post(body, 'multipart/form-data; boundary=b');
    expect(
      await codeOf(
        await form('--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nxx'),
      ),
    ).toBe('BODY_INCOMPLETE');
    const field = '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx\r\n';
    expect(await codeOf(await form(`${field.repeat(500)}--b--\r\n`))).toBe('BODY_INCOMPLETE');
    expect(await codeOf(await post('x', 'multipart/form-data'))).toBe('REQUEST_INVALID');
  });

  it('many small requests: the rate is held, and the server is still there', async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 20; i++) {
      const batch = Array.from({ length: 25 }, () => fetch(`${url}/docs.css`));
      for (const response of await Promise.all(batch)) {
        statuses.push(response.status);
        await response.text();
      }
    }
    expect(new Set(statuses)).toEqual(new Set([200, 429]));
    const { status } = await fetch(`${url}/docs.css`, { headers: { 'x-api-key': key } });
    expect(status).toBe(200);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  });
});

it('SIGTERM lets what is in work finish, and ends with 0', async () => {
  const image = await encodeImage(texturedPicture(640, 480, 7), { format: 'png' });
  const answer = fetch(`${url}/v1/verify`, {
    method: 'POST',
    headers: { 'content-type': 'image/png', 'x-api-key': key },
    body: image,
  });
  await new Promise((resolve) => setTimeout(resolve, 150));
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect((await answer).status).toBe(200);
  expect(await ended).toBe(0);
  expect(stderr).toContain('"msg":"stopped"');
  expect(stderr).not.toContain(key.slice(21) + '"');
});
