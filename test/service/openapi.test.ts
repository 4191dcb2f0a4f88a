/** What /openapi.json says is what the routes do. */
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { PROBLEM_CODES } from '../../src/service/problem.js';
import { answered, testApp } from './support.js';

interface Document {
  openapi: string;
  paths: Record<
    string,
    Record<string, { responses: Record<string, unknown>; security: unknown[] }>
  >;
  components: { schemas: Record<string, unknown> };
}
const { app } = testApp({ limits: { addressRate: 1e6 } });
const load = async () => (await request(app).get('/openapi.json').expect(200)).body as Document;

describe('/openapi.json', () => {
  it('is OpenAPI 3.1 whose references lead somewhere', async () => {
    const document = await load();
    expect(document.openapi).toBe('3.1.0');
    const refs = [
      ...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g),
    ];
    expect(refs.length).toBeGreaterThan(5);
    for (const [, name] of refs) expect(Object.keys(document.components.schemas)).toContain(name);
  });

  it('names paths and methods that exist, and whether they need a key', async () => {
    const bare = testApp({ anonymous: [], limits: { addressRate: 1e6 } }).app;
    for (const [path, item] of Object.entries((await load()).paths)) {
      for (const [method, { security, responses }] of Object.entries(item)) {
        const url = path.replace(/\{\w+\}/g, 'x');
        const { status, body } = answered(await request(bare)[method as 'get'](url));
        expect({ path, method, status }).not.toMatchObject({ status: 405 });
        if (security.length > 0)
          expect({ path, method, status }).toEqual({ path, method, status: 401 });
        else if ((body as { code?: string }).code === 'NOT_FOUND')
          expect(responses).toHaveProperty('404');
      }
    }
  });

  it('changes its ETag with its content alone', async () => {
    const first = await request(app).get('/openapi.json');
    await request(app)
      .get('/openapi.json')
      .set('If-None-Match', first.headers['etag']!)
      .expect(304);
  });
});

describe('the docs page', () => {
  it('has every operation and every problem, without scripts or other servers', async () => {
    const { text } = await request(app).get('/docs').expect(200);
    for (const path of Object.keys((await load()).paths)) expect(text).toContain(path);
    for (const { code } of PROBLEM_CODES) expect(text).toContain(code);
    expect(text).not.toMatch(/<script|https?:\/\//);
    await request(app).get('/docs.css').expect(200).expect('Content-Type', /css/);
  });

  it('is where problems point', async () => {
    const { headers } = await request(app).get('/problems/queue-full').expect(303);
    expect(headers['location']).toBe('/docs#queue-full');
    await request(app).get('/problems/other').expect(404);
  });
});

it('every answer has the headers that browsers hold pages to', async () => {
  for (const path of ['/docs', '/nowhere', '/healthz']) {
    const { headers } = await request(app).get(path);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['content-security-policy']).not.toContain('unsafe');
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['x-powered-by']).toBeUndefined();
  }
});
