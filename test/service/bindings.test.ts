/** The Soft Binding Resolution API over a real registry, and the public detector. */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Registry, Report } from '../../src/provenance/index.js';
import { openRegistry, WATERMARK_ALG } from '../../src/provenance/index.js';
import type { Feedback, Scope } from '../../src/service/index.js';
import { answered, fakeEngine, fakeReport, testApp } from './support.js';

let registry: Registry;
beforeAll(async () => {
  registry = await openRegistry(join(mkdtempSync(join(tmpdir(), 'imprint-sbr-')), 'registry.db'));
});
afterAll(() => registry.close());

/** A JUMBF superbox with a label (ISO 19566-5 annex B). */
function superbox(label: string, ...children: Buffer[]): Buffer {
  const box = (type: string, body: Buffer): Buffer => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(8 + body.length);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, body]);
  };
  const described = Buffer.concat([Buffer.alloc(16), Buffer.of(3), Buffer.from(`${label}\0`)]);
  return box('jumb', Buffer.concat([box('jumd', described), ...children]));
}
const storeOf = (id: string): Buffer => superbox('c2pa', superbox(id));

function client(scopes: readonly Scope[], more: Parameters<typeof testApp>[0] = {}) {
  const service = testApp({ registry, ...more });
  const key = service.keys.text(scopes);
  const as = (method: 'get' | 'post' | 'put' | 'delete', path: string) =>
    request(service.app)[method](path).set('Authorization', `Bearer ${key}`);
  return {
    get: (path: string) => as('get', path),
    post: (path: string) => as('post', path),
    put: (path: string) => as('put', path),
    delete: (path: string) => as('delete', path),
  };
}
const ALL: Scope[] = ['fetch:manifests', 'store:manifests', 'store:bindings'];
const keep = (id: string, store = storeOf(id)) =>
  client(ALL)
    .post('/v1/manifests?returnReceipt=true')
    .set('Content-Type', 'application/c2pa')
    .send(store);
const path = (id: string): string => `/v1/manifests/${encodeURIComponent(id)}`;

describe('manifests', () => {
  it('are kept, served, receipted and forgotten', async () => {
    const id = 'urn:c2pa:1e1f6b3c-0000-4000-8000-000000000001';
    const { body } = answered(await keep(id).expect(200));
    expect(body).toMatchObject({ manifestId: id, receipt: { bytes: storeOf(id).length } });
    const { get } = client(ALL);
    const answer = await get(path(id))
      .responseType('blob')
      .expect(200)
      .expect('Content-Type', 'application/c2pa');
    expect(answer.body).toEqual(storeOf(id));
    await get(path(id)).set('If-None-Match', answer.headers['etag']!).expect(304);
    const receipts = await get(`${path(id)}/receipts`).expect(200);
    expect(receipts.body).toMatchObject([{ manifestId: id }]);
    await client(ALL).delete(path(id)).expect(204);
    for (const gone of [path(id), `${path(id)}/receipts`]) await get(gone).expect(404);
    await client(ALL).delete(path(id)).expect(404);
  });

  it('of an id that is taken, and what is none, are refused', async () => {
    const id = 'urn:c2pa:1e1f6b3c-0000-4000-8000-000000000002';
    await keep(id).expect(200);
    await keep(id).expect(200);
    const { body } = answered(
      await keep(id, superbox('c2pa', superbox(id, superbox('x')))).expect(409),
    );
    expect(body).toMatchObject({ code: 'REGISTRY_CONFLICT' });
    await keep(id, Buffer.from('no manifest')).expect(400);
    await client(ALL)
      .post('/v1/manifests')
      .set('Content-Type', 'image/png')
      .send(storeOf(id))
      .expect(415);
  });
});

describe('bindings', () => {
  it('lead to their manifest, as text and as base64, by GET and POST', async () => {
    const id = 'urn:c2pa:1e1f6b3c-0000-4000-8000-000000000003';
    await keep(id).expect(200);
    const value = '1*00112233445566778899';
    await client(ALL)
      .post('/v1/bindings')
      .send({ manifestId: id, bindingValue: { alg: WATERMARK_ALG, value } })
      .expect(204);
    await client(ALL)
      .put('/v1/bindings')
      .send({ manifestId: 'urn:none', bindingValue: { alg: 'a', value } })
      .expect(404);
    const { get, post } = client(['fetch:manifests']);
    for (const asked of [value, Buffer.from(value).toString('base64')]) {
      const query = new URLSearchParams({ alg: WATERMARK_ALG, value: asked }).toString();
      const byGet = await get(`/v1/matches/byBinding?${query}`).expect(200);
      expect(byGet.body).toEqual({ matches: [{ manifestId: id }] });
      const byPost = await post('/v1/matches/byBinding?maxResults=1').send({
        alg: WATERMARK_ALG,
        value: asked,
      });
      expect(byPost.body).toEqual(byGet.body);
    }
    const none = await get('/v1/matches/byBinding?alg=other&value=MQ==').expect(200);
    expect(none.body).toEqual({ matches: [] });
    await get('/v1/matches/byBinding?alg=a').expect(400);
    await get('/v1/matches/byBinding?alg=a&value=MQ==&maxResults=0').expect(400);
    await get(`/v1/matches/byBinding?alg=a&value=${'A'.repeat(5000)}`).expect(414);
  });
});

describe('content', () => {
  const found = { id: 'urn:c2pa:found' } as never;
  const engine = () =>
    fakeEngine({
      recover: () =>
        Promise.resolve({
          matches: [
            {
              by: 'watermark',
              association: 'associated',
              record: found,
              distance: 2,
              similarity: 99.2,
              statement: '',
            },
          ],
        } as never),
    });

  it('is looked up with a score, narrowed by algorithm', async () => {
    const ask = (query: string) =>
      client(['fetch:manifests'], { engine: engine() })
        .post(`/v1/matches/byContent${query}`)
        .set('Content-Type', 'image/png')
        .send(Buffer.from('x'));
    expect((await ask('').expect(200)).body).toEqual({
      matches: [{ manifestId: 'urn:c2pa:found', similarityScore: 99 }],
    });
    expect((await ask(`?alg=${WATERMARK_ALG}`)).body).toMatchObject({ matches: [{}] });
    expect((await ask('?alg=io.github.imprint.pdq.1')).body).toEqual({ matches: [] });
    await client(['fetch:manifests'])
      .post('/v1/matches/byContent')
      .set('Content-Type', 'text/plain')
      .send('x')
      .expect(415);
  });

  it('is fetched where it is named by reference', async () => {
    const fetchUrl = () => Promise.resolve(new Uint8Array(4));
    const { post } = client(['fetch:manifests'], { engine: engine(), fetchUrl });
    const ask = (more: object) =>
      post('/v1/matches/byReference').send({
        referenceUrl: 'https://example.com/a.png',
        assetLength: 4,
        ...more,
      });
    expect((await ask({}).expect(200)).body).toMatchObject({ matches: [{ similarityScore: 99 }] });
    await ask({ assetLength: 1e12 }).expect(413);
    await ask({ referenceUrl: 'http://example.com/' }).expect(400);
  });
});

it('scopes are held, and what is open is open', async () => {
  const only = (scope: Scope) => client([scope]);
  await only('fetch:manifests')
    .post('/v1/manifests')
    .set('Content-Type', 'application/c2pa')
    .send('x')
    .expect(403);
  await only('store:manifests').get('/v1/matches/byBinding?alg=a&value=b').expect(403);
  await only('store:manifests').post('/v1/bindings').send({}).expect(403);
  const { app } = testApp({ registry, publicUrl: 'https://imprint.example' });
  const well = await request(app).get('/.well-known/c2pa-soft-binding-resolution').expect(200);
  expect(well.body).toMatchObject({
    apiEndpoint: 'https://imprint.example/v1',
    c2paSpecificationVersion: '2.4.0',
  });
  const algorithms = await request(app).get('/v1/services/supportedAlgorithms').expect(200);
  expect(algorithms.body).toMatchObject({ watermarks: [{ alg: WATERMARK_ALG }] });
  expect((await request(app).get('/v1/services/status')).body).toMatchObject({ status: 'ok' });
  await request(app).get('/v1/services/capabilities').expect(200);
});

describe('the public detector', () => {
  const personal = (request: { bytes: Uint8Array }): Report => ({
    ...fakeReport(request),
    credentials: {
      ...fakeReport(request).credentials,
      presence: 'embedded',
      signer: {
        status: 'trusted',
        subject: 'CN=Jane Doe',
        issuer: 'CN=Jane CA',
        list: 'official',
      } as never,
      claim: {
        generator: 'tool/1',
        actions: [{ action: 'c2pa.created', description: 'by Jane' }],
        title: 'Jane.png',
      } as never,
    },
    metadata: {
      system: [{ name: 'Software', value: 'sd', where: 'png' }],
      personal: [{ name: 'Artist', value: 'Jane', where: 'exif' }],
    },
  });
  const engine = () =>
    fakeEngine({ verify: (asked) => Promise.resolve({ report: personal(asked), heatmap: null }) });

  it('tells what systems wrote and nothing of persons', async () => {
    const { app } = testApp({ engine: engine() });
    const { body } = answered(
      await request(app)
        .post('/v1/detector')
        .set('Content-Type', 'image/png')
        .send(Buffer.from('x'))
        .expect(200),
    );
    expect(body).toMatchObject({
      systemProvenanceFound: true,
      credentials: {
        generator: 'tool/1',
        actions: ['c2pa.created'],
        signature: { status: 'trusted' },
      },
      metadata: [{ name: 'Software' }],
    });
    expect(JSON.stringify(body)).not.toContain('Jane');
  });

  it('takes a URL, and feedback without asking who gives it', async () => {
    const kept: Feedback[] = [];
    const { app } = testApp({
      engine: engine(),
      fetchUrl: () => Promise.resolve(new Uint8Array(1)),
      onFeedback: (feedback) => Promise.resolve(void kept.push(feedback)),
    });
    await request(app).post('/v1/detector').send({ url: 'https://example.com/a.png' }).expect(200);
    await request(app).post('/v1/detector').send({ url: 'http://example.com/a.png' }).expect(400);
    await request(app)
      .post('/v1/detector/feedback')
      .send({ correct: false, actually: 'not-ai' })
      .expect(204);
    await request(app).post('/v1/detector/feedback').send({ correct: 'no' }).expect(400);
    expect(kept).toMatchObject([
      { correct: false, actually: 'not-ai', sha256: null, contact: null },
    ]);
  });
});
