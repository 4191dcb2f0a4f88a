/** Keys, scopes, rates and places. */
import { mkdirSync, mkdtempSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { describe, expect, it } from 'vitest';
import { authenticate, changeKeyFile, createKey, readKeyFile } from '../../src/service/index.js';
import { answered, fakeEngine, fakeReport, testApp, testKeys } from './support.js';

const verify = ({ app }: ReturnType<typeof testApp>, key?: string, header = 'Authorization') => {
  const asked = request(app).post('/v1/verify').set('Content-Type', 'image/png');
  if (key !== undefined) asked.set(header, header === 'Authorization' ? `Bearer ${key}` : key);
  return asked.send(Buffer.from('x'));
};

describe('keys', () => {
  it('are stored so that they cannot be read back', () => {
    const { text, stored } = createKey({ scopes: ['verify'], name: 'a', createdAt: new Date() });
    expect(text).toMatch(/^imp_[0-9a-f]{16}_[\w-]{43}$/);
    expect(JSON.stringify(stored)).not.toContain(text.slice(21));
    expect(stored.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('are known whole, in time, and by nothing less', async () => {
    const keys = testKeys();
    const now = new Date();
    const good = keys.text(['verify']);
    const expired = keys.text(['verify'], new Date(now.getTime() - 1));
    const last = good.at(-1) === 'A' ? 'B' : 'A';
    expect((await authenticate(good, keys, now))?.scopes).toEqual(['verify']);
    for (const bad of [
      '',
      'imp_',
      good.slice(0, -1),
      good.slice(0, -1) + last,
      `${good}A`,
      expired,
    ]) {
      expect(await authenticate(bad, keys, now)).toBeNull();
    }
    const other = keys.text(['verify']);
    expect(await authenticate(good.slice(0, 21) + other.slice(21), keys, now)).toBeNull();
  });

  it('are all kept when several are made at once, and a lock of a killed process is passed', async () => {
    const path = join(mkdtempSync(join(tmpdir(), 'imprint-keys-')), 'deeper', 'api-keys.json');
    const { stored } = createKey({ scopes: ['verify'], name: 'x', createdAt: new Date() });
    const add = (n: number) =>
      changeKeyFile(path, (keys) => [...keys, { ...stored, id: String(n).padStart(16, '0') }]);
    await Promise.all(Array.from({ length: 12 }, (_, n) => add(n)));
    mkdirSync(`${path}.lock`);
    utimesSync(`${path}.lock`, 1, 1);
    await add(12);
    expect((await readKeyFile(path)).map(({ id }) => Number(id)).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 13 }, (_, n) => n),
    );
  });

  it('are taken in both headers; a bad one is refused even where none is needed', async () => {
    const service = testApp();
    const key = service.keys.text(['verify']);
    await verify(service).expect(200);
    await verify(service, key).expect(200);
    await verify(service, key, 'X-Api-Key').expect(200);
    const { body, headers } = answered(await verify(service, `${key}x`).expect(401));
    expect(body).toMatchObject({ code: 'UNAUTHENTICATED' });
    expect(headers['www-authenticate']).toContain('Bearer');
  });

  it('open what their scopes name', async () => {
    const service = testApp({ anonymous: [] });
    await verify(service).expect(401);
    const { body } = answered(await verify(service, service.keys.text(['mark'])).expect(403));
    expect(body).toMatchObject({ code: 'FORBIDDEN' });
    await verify(service, service.keys.text(['verify'])).expect(200);
    await request(service.app).get('/metrics').expect(401);
    const metrics = service.keys.text(['metrics']);
    const { text } = await request(service.app)
      .get('/metrics')
      .set('X-Api-Key', metrics)
      .expect(200);
    expect(text).toContain('imprint_verdicts_total{state="inconclusive"} 1');
    expect(text).toContain('imprint_queue_depth 0');
    expect(text).toMatch(/imprint_stage_seconds_bucket\{le="0.005",stage="decode"\} 1/);
  });

  it('never reach the log', async () => {
    const service = testApp();
    const key = service.keys.text(['mark']);
    await verify(service, key);
    await verify(service, `${key}x`);
    await request(service.app).get(`/nowhere?key=${key}`);
    expect(service.logged()).toContain(key.slice(4, 20));
    expect(service.logged()).not.toContain(key.slice(21));
  });
});

describe('rates', () => {
  it('are counted for each address and told by the standard headers', async () => {
    const service = testApp({ limits: { addressRate: 2 } });
    const first = await verify(service).expect(200);
    expect(first.headers['ratelimit']).toMatch(/^"address"; r=1; t=\d+$/);
    expect(first.headers['ratelimit-policy']).toContain('q=2; w=60');
    await verify(service).expect(200);
    const { body, headers } = answered(await verify(service).expect(429));
    expect(body).toMatchObject({ code: 'RATE_LIMITED' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    // A key has its own account, and guesses at keys have none.
    await verify(service, service.keys.text(['verify'])).expect(200);
    await verify(service, service.keys.text(['verify']).slice(0, -1)).expect(429);
    await request(service.app).get('/healthz').expect(200);
  });

  it('are counted for each key', async () => {
    const service = testApp({ limits: { keyRate: 1 } });
    const [one, two] = [service.keys.text(['verify']), service.keys.text(['verify'])];
    await verify(service, one).expect(200);
    await verify(service, one).expect(429);
    await verify(service, two).expect(200);
  });

  it('believe X-Forwarded-For of as many proxies as they are told of', async () => {
    const ask = async (trustProxy: number | undefined) => {
      const service = testApp({ limits: { addressRate: 1 }, trustProxy });
      await verify(service).set('X-Forwarded-For', '203.0.113.1');
      return (await verify(service).set('X-Forwarded-For', '203.0.113.2')).status;
    };
    expect(await ask(undefined)).toBe(429);
    expect(await ask(1)).toBe(200);
  });
});

describe('places', () => {
  /** An engine that works until `release` is called. */
  function slowEngine() {
    const waiting: (() => void)[] = [];
    const engine = fakeEngine({
      verify: (asked) =>
        new Promise((resolve) =>
          waiting.push(() => resolve({ report: fakeReport(asked), heatmap: null })),
        ),
    });
    return { engine, waiting };
  }
  const until = async (condition: () => boolean) => {
    while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  it('are refused with Retry-After before the body is read, and free again afterwards', async () => {
    const { engine, waiting } = slowEngine();
    const service = testApp({ engine, limits: { maxQueue: 0, maxPerClient: 5 } });
    const first = verify(service).then(({ status }) => status);
    await until(() => waiting.length === 1);
    const { body, headers } = answered(await verify(service).expect(503));
    expect(body).toMatchObject({ code: 'QUEUE_FULL' });
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
    waiting.pop()!();
    expect(await first).toBe(200);
    const again = verify(service, service.keys.text(['verify'])).then(({ status }) => status);
    // The answer stands in memory by now.
    expect(await again).toBe(200);
  });

  it('are shared out: one client cannot take all', async () => {
    const { engine, waiting } = slowEngine();
    const service = testApp({ engine, limits: { maxQueue: 10, maxPerClient: 1 } });
    const first = verify(service).then(({ status }) => status);
    await until(() => waiting.length === 1);
    await verify(service).expect(429);
    const other = verify(service, service.keys.text(['verify'])).then(({ status }) => status);
    await until(() => waiting.length === 2);
    for (const release of waiting) release();
    expect(await Promise.all([first, other])).toEqual([200, 200]);
  });

  it('are not given while the server drains', async () => {
    let accepting = true;
    const service = testApp({ accepting: () => accepting });
    await request(service.app).get('/readyz').expect(200);
    accepting = false;
    expect((await request(service.app).get('/readyz').expect(503)).body).toEqual({
      status: 'draining',
    });
    expect((await verify(service).expect(503)).body).toMatchObject({ code: 'SHUTTING_DOWN' });
    await request(service.app).get('/healthz').expect(200);
  });
});
