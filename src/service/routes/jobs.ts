/** /v1/jobs: work that is not waited for, with its progress as server-sent events. */
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { AppParts } from '../app-parts.js';
import type { Scope } from '../auth.js';
import { imageOf, mediaType, readRaw, readUpload } from '../body.js';
import { ServiceError } from '../errors.js';
import { fetchImage } from '../fetch-image.js';
import type { JobState, JobWork } from '../jobs.js';
import { isFinished, JOB_KINDS } from '../jobs.js';
import type { RequestContext } from '../middleware/context.js';
import { checkScope } from '../middleware/authenticate.js';
import type { Operation } from '../operation.js';
import { defineOperation } from '../operation.js';
import { toProblem } from '../problem.js';
import { imageUrl } from '../schemas/common.js';
import { generateJob, markQuery } from '../schemas/marking.js';
import { checkCount, markSettings } from './marking.js';

const SCOPES: readonly Scope[] = ['verify', 'mark', 'generate'];
const HEARTBEAT_MS = 15_000;

const job = z
  .looseObject({
    id: z.string(),
    kind: z.enum(JOB_KINDS),
    status: z.enum(['waiting', 'active', 'succeeded', 'failed', 'cancelled']),
    createdAt: z.string(),
    finishedAt: z.string().nullable(),
    progress: z.looseObject({}).nullable(),
    problem: z.looseObject({}).nullable(),
    result: z.unknown(),
    images: z.array(z.string()).meta({ description: 'Addresses of its images' }),
  })
  .meta({ id: 'Job' });

const urlJob = z.strictObject({
  kind: z.enum(['verify', 'mark']),
  url: imageUrl,
  heatmap: z.boolean().default(false),
  options: markQuery.optional(),
});
const jobRequest = z.discriminatedUnion('kind', [
  generateJob,
  urlJob.extend({ kind: z.literal('verify') }),
  urlJob.extend({ kind: z.literal('mark') }),
]);
const formFields = z.strictObject({
  kind: z.enum(['verify', 'mark']),
  heatmap: z.enum(['true', 'false']).optional(),
  options: z
    .string()
    .optional()
    .transform((text) => (text === undefined ? undefined : parseJson(text)))
    .pipe(markQuery.optional()),
});
const params = z.strictObject({ id: z.uuid() });
const found = { 200: { description: 'The job', content: { 'application/json': job } } };

export function jobOperations(parts: AppParts): Operation[] {
  const { jobs } = parts.deps;

  /** Jobs of other keys are not there. @throws ServiceError NOT_FOUND */
  async function seen(id: string, context: RequestContext): Promise<JobState> {
    const state = await jobs.get(id);
    if (state !== null && (state.owner === null || state.owner === context.key?.id)) return state;
    throw new ServiceError({ code: 'NOT_FOUND', message: 'there is no such job' });
  }

  return [
    defineOperation({
      method: 'post',
      path: '/v1/jobs',
      id: 'createJob',
      tag: 'Jobs',
      summary: 'Begin work and return at once',
      description:
        'JSON with a prompt or a URL, or a form with `kind`, `file` and, for mark, `options` (JSON).',
      scope: SCOPES,
      accepts: {
        'application/json': jobRequest,
        'multipart/form-data': z.object({
          kind: z.enum(['verify', 'mark']),
          file: z.string().meta({ format: 'binary' }),
          options: z.string().optional(),
        }),
      },
      responses: {
        202: {
          description: 'The job, which waits',
          content: { 'application/json': job },
          headers: { Location: 'Where its state is told' },
        },
      },
      problems: ['MEDIA_TYPE', 'BODY_TOO_LARGE', 'QUEUE_FULL', 'CLIENT_BUSY', 'URL_NOT_FETCHED'],
      heavy: true,
      async handle({ request, response, context }) {
        const work = await readWork(parts, request, context);
        const state = await jobs.add(work, context.key?.id ?? null);
        response.status(202).location(`/v1/jobs/${state.id}`).json(shown(state, context));
      },
    }),
    defineOperation({
      method: 'get',
      path: '/v1/jobs/{id}',
      id: 'getJob',
      tag: 'Jobs',
      summary: 'The state of a job, and its result',
      scope: SCOPES,
      params,
      responses: found,
      problems: ['NOT_FOUND'],
      async handle({ response, params: { id }, context }) {
        response.set('Cache-Control', 'no-store').json(shown(await seen(id, context), context));
      },
    }),
    defineOperation({
      method: 'delete',
      path: '/v1/jobs/{id}',
      id: 'deleteJob',
      tag: 'Jobs',
      summary: 'Cancel a job, or forget a finished one',
      scope: SCOPES,
      params,
      responses: { 204: { description: 'Done' } },
      problems: ['NOT_FOUND'],
      async handle({ response, params: { id }, context }) {
        await seen(id, context);
        await jobs.remove(id);
        response.status(204).end();
      },
    }),
    defineOperation({
      method: 'get',
      path: '/v1/jobs/{id}/events',
      id: 'watchJob',
      tag: 'Jobs',
      summary: 'The state of a job whenever it changes',
      description: 'Server-sent events: `progress` while it works, `done` once at the end.',
      scope: SCOPES,
      params,
      responses: { 200: { description: 'Events', content: { 'text/event-stream': z.string() } } },
      problems: ['NOT_FOUND'],
      async handle({ response, params: { id }, context }) {
        await seen(id, context);
        await stream(response, {
          read: () => jobs.get(id),
          watch: (changed) => jobs.watch(id, changed),
          text: (now) => JSON.stringify(shown(now, context)),
        });
      },
    }),
    defineOperation({
      method: 'get',
      path: '/v1/jobs/{id}/images/{index}',
      id: 'getJobImage',
      tag: 'Jobs',
      summary: 'An image that a job made',
      scope: SCOPES,
      params: params.extend({ index: z.coerce.number().int().min(0).max(63) }),
      responses: { 200: { description: 'The image', content: { 'image/*': 'binary' } } },
      problems: ['NOT_FOUND', 'JOB_NOT_READY'],
      async handle({ response, params: { id, index }, context }) {
        const state = await seen(id, context);
        const image = await jobs.image(id, index);
        if (image === null) {
          const code = isFinished(state) ? 'NOT_FOUND' : 'JOB_NOT_READY';
          throw new ServiceError({ code, message: `the job has no image ${index}` });
        }
        response.set('Cache-Control', 'no-store').type(image.mime).send(Buffer.from(image.bytes));
      },
    }),
  ];
}

async function readWork(
  { deps }: AppParts,
  request: Request,
  context: RequestContext,
): Promise<JobWork> {
  const type = mediaType(request);
  if (type === 'multipart/form-data') {
    const upload = await readUpload(request, deps.limits.maxBytes);
    const { kind, options, heatmap } = formFields.parse(upload.fields);
    checkScope(context, [kind]);
    const { bytes, name } = imageOf(upload);
    if (kind === 'verify') return { kind, bytes, name, heatmap: heatmap === 'true' };
    return { kind, bytes, settings: markSettings(options ?? { force: false }, name) };
  }
  if (type !== 'application/json') {
    throw new ServiceError({
      code: 'MEDIA_TYPE',
      message: 'the body must be application/json or multipart/form-data',
    });
  }
  const { bytes: text } = await readRaw(request, deps.limits.maxJsonBytes);
  const asked = jobRequest.parse(parseJson(Buffer.from(text).toString('utf8')));
  checkScope(context, [asked.kind]);
  if (asked.kind === 'generate') {
    const { kind, prompt, ...settings } = asked;
    checkCount(settings, deps.limits.maxImages);
    return { kind, prompt, settings };
  }
  const bytes = await fetchImage(deps, asked.url);
  if (asked.kind === 'verify') {
    return { kind: 'verify', bytes, name: asked.url, heatmap: asked.heatmap };
  }
  const settings = markSettings(asked.options ?? { force: false }, undefined);
  return { kind: 'mark', bytes, settings };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ServiceError({ code: 'REQUEST_INVALID', message: 'the JSON cannot be read' });
  }
}

function shown({ owner: _, failure, images, ...state }: JobState, { requestId }: RequestContext) {
  const path = `/v1/jobs/${state.id}`;
  const problem =
    failure === null
      ? null
      : toProblem(new ServiceError(failure as ConstructorParameters<typeof ServiceError>[0]), {
          path,
          requestId,
        }).problem;
  return { ...state, problem, images: images.map((_mime, index) => `${path}/images/${index}`) };
}

interface Source {
  read: () => Promise<JobState | null>;
  watch: (changed: () => void) => () => void;
  text: (state: JobState) => string;
}

/** Ends with the job, or when the client goes away. */
async function stream(response: Response, source: Source): Promise<void> {
  response.writeHead(200, {
    'Content-Type': 'text/event-stream',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  let wake: () => void = () => undefined;
  let news = false;
  const unwatch = source.watch(() => {
    news = true;
    wake();
  });
  const heartbeat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
  response.on('close', () => wake());
  try {
    // What happened between the first look and the watch.
    let state = await source.read();
    while (state !== null && !response.destroyed) {
      const done = isFinished(state);
      response.write(`event: ${done ? 'done' : 'progress'}\ndata: ${source.text(state)}\n\n`);
      if (done) break;
      if (!news) await new Promise<void>((resolve) => (wake = resolve));
      news = false;
      state = await source.read();
    }
  } finally {
    unwatch();
    clearInterval(heartbeat);
    response.end();
  }
}
