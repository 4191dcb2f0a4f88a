/** POST /v1/verify as clients see it, over a fake engine. */
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { WorkError } from '../../src/service/errors.js';
import { report as reportSchema } from '../../src/service/schemas/report.js';
import { answered, fakeEngine, fakeReport, testApp } from './support.js';

const IMAGE = Buffer.from('pretend these are pixels');
const post = ({ app }: ReturnType<typeof testApp>, type = 'image/png') =>
  request(app).post('/v1/verify').set('Content-Type', type);

describe('an image', () => {
  it.each(['image/png', 'image/x-adobe-dng', 'application/octet-stream', 'IMAGE/JPEG; q=1'])(
    'is taken raw as %s',
    async (type) => {
      const service = testApp();
      const { body } = answered(await post(service, type).send(IMAGE).expect(200));
      expect(reportSchema.parse(body).file.bytes).toBe(IMAGE.length);
      expect(Buffer.from(service.engine.requests[0]!.bytes)).toEqual(IMAGE);
    },
  );

  it('is taken from a form, with credentials that lie beside it', async () => {
    const service = testApp();
    const { body } = answered(
      await request(service.app)
        .post('/v1/verify?heatmap')
        .attach('file', IMAGE, 'cat.png')
        .attach('manifest', Buffer.from('store'), 'cat.c2pa')
        .expect(200),
    );
    expect(body).toMatchObject({ file: { path: 'cat.png' }, heatmapPng: null });
    const [asked] = service.engine.requests;
    expect(asked).toMatchObject({ name: 'cat.png', heatmap: true });
    expect(Buffer.from(asked!.manifest!).toString()).toBe('store');
  });

  it('that was asked about before is answered from memory, with the same ETag', async () => {
    const service = testApp();
    const first = await post(service).send(IMAGE).expect(200);
    const second = await post(service).send(IMAGE).expect(200);
    const other = await post(service).send(Buffer.from('other')).expect(200);
    expect(second.headers['etag']).toBe(first.headers['etag']);
    expect(other.headers['etag']).not.toBe(first.headers['etag']);
    expect(service.engine.requests.length).toBe(2);
    const elsewhere = await post(testApp({ settingsDigest: 'other' })).send(IMAGE);
    expect(elsewhere.headers['etag']).not.toBe(first.headers['etag']);
  });

  it('has its heat map in the answer', async () => {
    const engine = fakeEngine({
      verify: (asked) =>
        Promise.resolve({ report: fakeReport(asked), heatmap: Uint8Array.of(1, 2, 3) }),
    });
    const { body } = answered(
      await request(testApp({ engine }).app)
        .post('/v1/verify?heatmap=true')
        .set('Content-Type', 'image/png')
        .send(IMAGE),
    );
    expect((body as { heatmapPng: string }).heatmapPng).toBe('AQID');
  });
});

describe('problems', () => {
  it.each([
    ['IMAGE_UNSUPPORTED', 415],
    ['IMAGE_MALFORMED', 422],
    ['IMAGE_TOO_MANY_PIXELS', 413],
    ['C2PA_ENGINE_CRASHED', 422],
  ])('of the library keep their code: %s is %i', async (code, status) => {
    const engine = fakeEngine({
      verify: () => Promise.reject(new WorkError({ code, message: 'told \u001b[31mred' })),
    });
    const response = await post(testApp({ engine })).send(IMAGE).expect(status);
    expect(response.type).toBe('application/problem+json');
    expect(response.body).toMatchObject({
      type: `/problems/${code.toLowerCase().replaceAll('_', '-')}`,
      status,
      code,
      detail: 'told \\x1b[31mred',
      instance: '/v1/verify',
      requestId: response.headers['x-request-id'],
    });
  });

  it('of this machine are told to the log alone', async () => {
    const engine = fakeEngine({
      verify: () => Promise.reject(new Error('/home/secret/path is gone')),
    });
    const service = testApp({ engine });
    const { body } = answered(await post(service).send(IMAGE).expect(500));
    expect(body).toMatchObject({ code: 'INTERNAL' });
    expect(JSON.stringify(body)).not.toContain('/home');
    expect(service.logged()).toContain('/home/secret');
    expect(service.logged()).toContain((body as { requestId: string }).requestId);
  });

  it.each([
    [
      'a body of another type',
      (s: ReturnType<typeof testApp>) => post(s, 'text/html').send('x'),
      415,
      'MEDIA_TYPE',
    ],
    [
      'a parameter that is not known',
      (s: ReturnType<typeof testApp>) =>
        request(s.app).post('/v1/verify?heat=1').set('Content-Type', 'image/png').send(IMAGE),
      400,
      'REQUEST_INVALID',
    ],
    [
      'a form without a file',
      (s: ReturnType<typeof testApp>) => request(s.app).post('/v1/verify').field('note', 'x'),
      400,
      'REQUEST_INVALID',
    ],
    [
      'a file under another name',
      (s: ReturnType<typeof testApp>) =>
        request(s.app).post('/v1/verify').attach('image', IMAGE, 'a'),
      400,
      'REQUEST_INVALID',
    ],
    [
      'another method',
      (s: ReturnType<typeof testApp>) => request(s.app).get('/v1/verify'),
      405,
      'METHOD_NOT_ALLOWED',
    ],
    [
      'another path',
      (s: ReturnType<typeof testApp>) => request(s.app).get('/v2/verify'),
      404,
      'NOT_FOUND',
    ],
    [
      'a path that is no UTF-8',
      (s: ReturnType<typeof testApp>) => request(s.app).get('/problems/%ff'),
      400,
      'REQUEST_INVALID',
    ],
  ] as const)('%s', async (_what, ask, status, code) => {
    const { body, headers } = answered(await ask(testApp()).expect(status));
    expect(body).toMatchObject({ code, status });
    if (status === 405) expect(headers['allow']).toBe('POST');
  });

  it('of a URL that cannot be fetched say nothing about the network', async () => {
    const service = testApp({
      fetchUrl: () =>
        Promise.reject(new Error('cannot fetch: intranet (10.0.0.7) is no public address')),
    });
    const url = 'https://intranet.example/a.png?token=abc';
    const { body } = answered(
      await request(service.app).post('/v1/verify/url').send({ url }).expect(502),
    );
    expect(body).toMatchObject({ code: 'URL_NOT_FETCHED' });
    expect(JSON.stringify(body)).not.toMatch(/10\.0|intranet/);
    expect(service.logged()).toContain('10.0.0.7');
    expect(service.logged()).not.toContain('token=abc');
  });
});

describe('a URL', () => {
  it('is fetched by the guard and then judged like an upload', async () => {
    const fetched: unknown[] = [];
    const service = testApp({
      fetchUrl: (...asked) => {
        fetched.push(asked);
        return Promise.resolve(new Uint8Array(IMAGE));
      },
      limits: { maxBytes: 1000 },
    });
    const url = 'https://example.com/cat.png';
    const { body } = answered(
      await request(service.app).post('/v1/verify/url').send({ url }).expect(200),
    );
    expect(body).toMatchObject({ file: { path: url, bytes: IMAGE.length } });
    expect(fetched).toEqual([[url, { maxBytes: 1000 }]]);
  });
});

describe('request ids', () => {
  it('of a proxy are kept when they are harmless', async () => {
    const { app } = testApp();
    const get = (id: string) => request(app).get('/healthz').set('X-Request-Id', id);
    expect((await get('abc-123.DEF_4')).headers['x-request-id']).toBe('abc-123.DEF_4');
    for (const bad of ['x', 'a b c d e f g', 'a'.repeat(65), '{"a":1}xxxxx']) {
      expect((await get(bad)).headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
    }
  });
});
