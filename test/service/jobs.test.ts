/** Mark, generate and jobs over a fake engine. */
import type { AddressInfo } from 'node:net';
import request from 'supertest';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { GenerateProgress } from '../../src/provenance/index.js';
import { systemClock } from '../../src/core/index.js';
import { createMemoryJobs, ServiceError } from '../../src/service/index.js';
import type { Scope, TaskControl } from '../../src/service/index.js';
import { throwsWithCode } from '../support/throws-with-code.js';
import { answered, fakeEngine, fakeMarked, testApp } from './support.js';

const IMAGE = Buffer.from('pixels');
const STEP: GenerateProgress = { stage: 'denoise', step: 1, steps: 2, image: 0, images: 1 };
const SETTINGS = {
  steps: 2,
  guidance: 1,
  negative: '',
  size: { width: 64, height: 64 },
  scheduler: 's',
};
const MODEL = { name: 'm', version: '1' } as never;

/** Generates when told to; `marked` holds the settings of every mark. */
function workshop() {
  const marked: unknown[] = [];
  const started: { control: TaskControl; finish: () => void }[] = [];
  const engine = fakeEngine({
    mark: (bytes, settings) => {
      marked.push(settings);
      return Promise.resolve(fakeMarked(bytes));
    },
    generate: (prompt, _settings, control = {}) =>
      new Promise((resolve, reject) => {
        control.kill?.addEventListener('abort', () =>
          reject(new ServiceError({ code: 'CANCELLED', message: 'stopped' })),
        );
        const image = {
          ...fakeMarked(Buffer.from(prompt)),
          seed: 7,
          settings: SETTINGS,
          model: MODEL,
        };
        started.push({ control, finish: () => resolve([image]) });
      }),
  });
  return { engine, marked, started };
}
type App = ReturnType<typeof testApp>;
const withKey = (service: App, scopes: readonly Scope[]) => {
  const key = service.keys.text(scopes);
  return {
    post: (path: string) => request(service.app).post(path).set('X-Api-Key', key),
    get: (path: string) => request(service.app).get(path).set('X-Api-Key', key),
    delete: (path: string) => request(service.app).delete(path).set('X-Api-Key', key),
  };
};
type Job = {
  id: string;
  status: string;
  images: string[];
  progress: unknown;
  problem: { code: string };
};
async function state(client: ReturnType<typeof withKey>, id: string): Promise<Job> {
  return (await client.get(`/v1/jobs/${id}`).expect(200)).body as Job;
}
async function until(client: ReturnType<typeof withKey>, id: string, status: string): Promise<Job> {
  for (let i = 0; i < 400; i++) {
    const job = await state(client, id);
    if (job.status === status) return job;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`never ${status}`);
}

describe('mark', () => {
  it('answers the image, with what a client needs to find it again', async () => {
    const { engine, marked } = workshop();
    const client = withKey(testApp({ engine }), ['mark']);
    const { headers, body } = answered(
      await client
        .post('/v1/mark?format=webp&quality=80&force')
        .attach('file', IMAGE, 'cat.png')
        .set('Accept', 'image/*')
        .expect(200),
    );
    expect(headers).toMatchObject({
      'content-type': 'image/png',
      'imprint-watermark': '0123456789abcdef',
      'imprint-manifest-id': 'urn:c2pa:fake',
    });
    expect(body).toEqual(IMAGE);
    expect(marked).toEqual([{ format: 'webp', quality: 80, force: true, title: 'cat.png' }]);
  });

  it('answers JSON to who asks for it, and is never open to everyone', async () => {
    const service = testApp({ engine: workshop().engine });
    const post = (client: { post: (path: string) => request.Test }) =>
      client
        .post('/v1/mark')
        .set('Content-Type', 'image/png')
        .set('Accept', 'application/json')
        .send(IMAGE);
    const { body } = answered(await post(withKey(service, ['mark'])).expect(200));
    expect(body).toMatchObject({ images: [{ base64: IMAGE.toString('base64'), bytes: 6 }] });
    await post(withKey(service, ['verify'])).expect(403);
    await request(service.app)
      .post('/v1/mark')
      .set('Content-Type', 'image/png')
      .send(IMAGE)
      .expect(401);
  });

  it.each(['quality=0', 'quality=x', 'strength=9', 'source=painted', 'format=gif', 'more=1'])(
    '%s is refused',
    async (query) => {
      const client = withKey(testApp(), ['mark']);
      await client
        .post(`/v1/mark?${query}`)
        .set('Content-Type', 'image/png')
        .send(IMAGE)
        .expect(400);
    },
  );
});

describe('a job', () => {
  it('goes from waiting to done, with progress, result and image', async () => {
    const { engine, started } = workshop();
    const client = withKey(testApp({ engine }), ['generate']);
    const made = await client
      .post('/v1/jobs')
      .send({ kind: 'generate', prompt: 'a cat' })
      .expect(202);
    const { id } = made.body as Job;
    expect(made.headers['location']).toBe(`/v1/jobs/${id}`);
    await client.get(`/v1/jobs/${id}/images/0`).expect(409);
    started[0]!.control.onProgress!(STEP);
    expect(await until(client, id, 'active')).toMatchObject({ progress: STEP });
    started[0]!.finish();
    const done = await until(client, id, 'succeeded');
    expect(done).toMatchObject({
      result: [{ seed: 7, manifestId: 'urn:c2pa:fake' }],
      progress: null,
    });
    const image = await client.get(done.images[0]!).expect(200);
    expect(image.body).toEqual(Buffer.from('a cat'));
    await client.get(`/v1/jobs/${id}/images/1`).expect(404);
    await client.delete(`/v1/jobs/${id}`).expect(204);
    await client.get(`/v1/jobs/${id}`).expect(404);
  });

  it('is told of as it happens (server-sent events)', async () => {
    const { engine, started } = workshop();
    const service = testApp({ engine });
    const server = service.app.listen(0);
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const headers = {
      'x-api-key': service.keys.text(['generate']),
      'content-type': 'application/json',
    };
    const body = JSON.stringify({ kind: 'generate', prompt: 'a cat' });
    const { id } = (await (
      await fetch(`${url}/v1/jobs`, { method: 'POST', headers, body })
    ).json()) as Job;
    const events = await fetch(`${url}/v1/jobs/${id}/events`, { headers });
    expect(events.headers.get('content-type')).toBe('text/event-stream');
    started[0]!.control.onProgress!(STEP);
    setTimeout(() => started[0]!.finish(), 20);
    const text = await events.text();
    expect(text).toMatch(/^event: progress\ndata: \{.*"status":"active"/);
    expect(text).toContain('"stage":"denoise"');
    expect(text).toMatch(/event: done\ndata: \{.*"status":"succeeded".*\}\n\n$/);
    expect(text.match(/event: done/g)).toHaveLength(1);
  });

  it('is cancelled while it waits and while it works', async () => {
    const { engine, started } = workshop();
    const client = withKey(testApp({ engine }), ['generate']);
    const begin = async () =>
      ((await client.post('/v1/jobs').send({ kind: 'generate', prompt: 'x' })).body as Job).id;
    const [works, waits] = [await begin(), await begin()];
    expect((await state(client, waits)).status).toBe('waiting');
    await client.delete(`/v1/jobs/${waits}`).expect(204);
    expect((await state(client, waits)).status).toBe('cancelled');
    await client.delete(`/v1/jobs/${works}`).expect(204);
    await until(client, works, 'cancelled');
    expect(started.length).toBe(1);
  });

  it('is seen by its own key alone', async () => {
    const service = testApp({ engine: workshop().engine });
    const [one, other] = [withKey(service, ['generate']), withKey(service, ['generate'])];
    const { id } = (await one.post('/v1/jobs').send({ kind: 'generate', prompt: 'x' })).body as Job;
    await other.get(`/v1/jobs/${id}`).expect(404);
    await other.delete(`/v1/jobs/${id}`).expect(404);
    await other.get(`/v1/jobs/${id}/events`).expect(404);
    await one.get(`/v1/jobs/${id}`).expect(200);
  });

  it('that fails says why, and others go on', async () => {
    const engine = fakeEngine({
      verify: ({ bytes }) =>
        bytes.length === 3
          ? Promise.reject(new ServiceError({ code: 'WORK_TIMEOUT', message: 'too long' }))
          : fakeEngine().verify({ bytes }),
    });
    const client = withKey(testApp({ engine }), ['verify']);
    const begin = async (body: string) =>
      (
        (
          await client
            .post('/v1/jobs')
            .field('kind', 'verify')
            .attach('file', Buffer.from(body), 'a')
            .expect(202)
        ).body as Job
      ).id;
    const [bad, good] = [await begin('bad'), await begin('good')];
    expect(await until(client, bad, 'failed')).toMatchObject({
      problem: { code: 'WORK_TIMEOUT', status: 504 },
    });
    expect(await until(client, good, 'succeeded')).toMatchObject({
      result: { file: { bytes: 4 } },
    });
  });

  it('needs the scope of its kind, and a place in the queue', async () => {
    const service = testApp({ engine: workshop().engine });
    await withKey(service, ['verify'])
      .post('/v1/jobs')
      .send({ kind: 'generate', prompt: 'x' })
      .expect(403);
    const client = withKey(service, ['generate']);
    for (const bad of [
      { kind: 'generate' },
      { kind: 'paint' },
      { kind: 'generate', prompt: 'x', count: 99 },
    ]) {
      await client.post('/v1/jobs').send(bad).expect(400);
    }
    const send = () => client.post('/v1/jobs').send({ kind: 'generate', prompt: 'x' });
    for (let i = 0; i < 3; i++) await send().expect(202);
    const { headers } = await send().expect(503);
    expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });
});

it('jobs that wait hold no more bytes than they may', async () => {
  let finish: () => void = () => undefined;
  const engine = fakeEngine({
    mark: (bytes) => new Promise((resolve) => (finish = () => resolve(fakeMarked(bytes)))),
  });
  const jobs = createMemoryJobs({ engine, clock: systemClock, maxWaitingBytes: 10 });
  const add = (size: number) =>
    jobs.add({ kind: 'mark', bytes: Buffer.alloc(size), settings: {} }, null);
  await add(10);
  const { id } = await add(6);
  await throwsWithCode(() => add(5), 'QUEUE_FULL');
  await add(4);
  await jobs.remove(id);
  await add(6);
  finish();
});
