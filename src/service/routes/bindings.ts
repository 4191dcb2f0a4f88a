/** C2PA Soft Binding Resolution API: the paths of 2.2 and the additions of 2.4, under /v1. */
import type { Response } from 'express';
import { z } from 'zod';
import type { Binding, Registry, RegistryMatch, RegistryRecord } from '../../provenance/index.js';
import { activeManifestLabel, WATERMARK_ALG } from '../../provenance/index.js';
import type { AppParts } from '../app-parts.js';
import { mediaType, readRaw } from '../body.js';
import { ServiceError } from '../errors.js';
import { fetchImage } from '../fetch-image.js';
import type { Operation } from '../operation.js';
import { defineOperation } from '../operation.js';
import { imageUrl } from '../schemas/common.js';

const SPECIFICATION = '2.4.0';
const TAG = 'Soft binding resolution';
/** The PDQ hash of the registry (docs/registry.md). */
const FINGERPRINT_ALG = 'io.github.imprint.pdq.1';
const VALUE_MAX = 4000;

const maxResults = z.coerce.number().int().min(1).max(100).default(10);
const alg = z.string().min(1).max(200);
const binding = z.strictObject({
  alg,
  value: z.string().min(1).max(100_000).meta({ description: 'base64' }),
});
const queryResult = z
  .object({
    matches: z.array(
      z.object({
        manifestId: z.string(),
        endpoint: z.url().optional(),
        similarityScore: z.int().min(0).max(100).optional(),
      }),
    ),
  })
  .meta({ id: 'QueryResult' });
const receipt = z
  .object({
    manifestId: z.string(),
    storedAt: z.string(),
    sha256: z.string().meta({ description: 'Of the manifest store' }),
    bytes: z.int(),
  })
  .meta({ id: 'Receipt' });
const params = z.strictObject({ manifestId: z.string().min(1).max(500) });
const found = {
  200: { description: 'What was found, or nothing', content: { 'application/json': queryResult } },
};
const byContentQuery = z.strictObject({
  alg: alg.optional(),
  maxResults,
  hintAlg: alg.optional(),
  hintValue: z.string().max(VALUE_MAX).optional(),
});
const FETCH = 'fetch:manifests' as const;
const STORE = 'store:manifests' as const;

export function bindingOperations(parts: AppParts): Operation[] {
  const { deps } = parts;
  const { registry, publicUrl } = deps;
  if (registry === null) return [];
  return [
    ...queries(parts, registry),
    ...manifests(parts, registry),
    ...services(publicUrl, async () => {
      await registry.list({ limit: 1 });
    }),
  ];
}

function queries(parts: AppParts, registry: Registry): Operation[] {
  const { deps } = parts;
  const answer = async (response: Response, asked: Binding, limit: number): Promise<void> => {
    response.json({
      matches: (await findBound(registry, asked, limit)).map(({ id }) => ({ manifestId: id })),
    });
  };
  const byContent = async (
    response: Response,
    bytes: Uint8Array,
    query: z.output<typeof byContentQuery>,
  ): Promise<void> => {
    const { matches } = await deps.engine.recover(bytes, query.maxResults, {
      signal: parts.closed(response),
    });
    const hinted =
      query.hintAlg === undefined || query.hintValue === undefined
        ? []
        : await findBound(
            registry,
            { alg: query.hintAlg, value: query.hintValue },
            query.maxResults,
          );
    response.json({ matches: merge(matches.filter(foundBy(query.alg)), hinted, query.maxResults) });
  };
  return [
    defineOperation({
      method: 'get',
      path: '/v1/matches/byBinding',
      id: 'matchesByBinding',
      tag: TAG,
      summary: 'Manifests that were bound to a value',
      scope: FETCH,
      query: z.strictObject({ alg, value: z.string().min(1), maxResults }),
      responses: found,
      problems: ['URI_TOO_LONG'],
      async handle({ response, query: { maxResults: limit, ...asked } }) {
        if (asked.value.length > VALUE_MAX) {
          const message = `values of more than ${VALUE_MAX} characters go into the body of a POST`;
          throw new ServiceError({ code: 'URI_TOO_LONG', message });
        }
        await answer(response, asked, limit);
      },
    }),
    defineOperation({
      method: 'post',
      path: '/v1/matches/byBinding',
      id: 'matchesByLongBinding',
      tag: TAG,
      summary: 'The same for long values',
      scope: FETCH,
      query: z.strictObject({ maxResults }),
      body: binding,
      responses: found,
      async handle({ response, query, body }) {
        await answer(response, body, query.maxResults);
      },
    }),
    defineOperation({
      method: 'post',
      path: '/v1/matches/byContent',
      id: 'matchesByContent',
      tag: TAG,
      summary: 'Manifests of images like this one: by watermark, then by fingerprint',
      description: 'A match is associated with the image; that is no verification.',
      scope: FETCH,
      query: byContentQuery,
      accepts: { 'image/*': 'binary' },
      responses: found,
      problems: ['MEDIA_TYPE', 'BODY_TOO_LARGE', 'IMAGE_UNSUPPORTED', 'QUEUE_FULL', 'CLIENT_BUSY'],
      heavy: true,
      async handle({ request, response, query }) {
        if (!mediaType(request).startsWith('image/')) {
          throw new ServiceError({ code: 'MEDIA_TYPE', message: 'only image/* is looked up here' });
        }
        await byContent(response, (await readRaw(request, deps.limits.maxBytes)).bytes, query);
      },
    }),
    defineOperation({
      method: 'post',
      path: '/v1/matches/byReference',
      id: 'matchesByReference',
      tag: TAG,
      summary: 'The same for an image that lies elsewhere',
      scope: FETCH,
      query: byContentQuery,
      body: z.strictObject({
        referenceUrl: imageUrl,
        assetLength: z.int().min(1),
        assetType: z.string().max(100).optional(),
      }),
      responses: found,
      problems: ['BODY_TOO_LARGE', 'URL_NOT_FETCHED', 'IMAGE_UNSUPPORTED', 'QUEUE_FULL'],
      heavy: true,
      async handle({ response, query, body: { referenceUrl, assetLength } }) {
        if (assetLength > deps.limits.maxBytes) {
          const message = `at most ${deps.limits.maxBytes} bytes are fetched`;
          throw new ServiceError({ code: 'BODY_TOO_LARGE', message });
        }
        await byContent(response, await fetchImage(deps, referenceUrl), query);
      },
    }),
  ];
}

function manifests(parts: AppParts, registry: Registry): Operation[] {
  const { clock, limits } = parts.deps;
  return [
    defineOperation({
      method: 'get',
      path: '/v1/manifests/{manifestId}',
      id: 'getManifest',
      tag: TAG,
      summary: 'A manifest store',
      scope: FETCH,
      params,
      query: z.strictObject({
        returnActiveManifest: z.enum(['false']).optional().meta({
          description: 'Whole stores alone are served',
        }),
      }),
      responses: {
        200: { description: 'The store', content: { 'application/c2pa': 'binary' } },
      },
      problems: ['NOT_FOUND'],
      async handle({ response, params: { manifestId } }) {
        const record = await recordOf(registry, manifestId);
        const store = await registry.readManifest(manifestId);
        if (store === null) throw unknown();
        response
          .set('ETag', `"${record.manifest.sha256}"`)
          .set('Cache-Control', 'private, no-cache');
        response.type('application/c2pa').send(Buffer.from(store));
      },
    }),
    defineOperation({
      method: 'delete',
      path: '/v1/manifests/{manifestId}',
      id: 'deleteManifest',
      tag: TAG,
      summary: 'Forget a manifest, its bindings and its fingerprint',
      scope: STORE,
      params,
      responses: { 204: { description: 'Done' } },
      problems: ['NOT_FOUND'],
      async handle({ response, params: { manifestId } }) {
        if (!(await registry.remove(manifestId))) throw unknown();
        response.status(204).end();
      },
    }),
    defineOperation({
      method: 'post',
      path: '/v1/manifests',
      id: 'storeManifest',
      tag: TAG,
      summary: 'Keep a manifest store',
      scope: STORE,
      query: z.strictObject({ returnReceipt: z.enum(['true', 'false']).optional() }),
      accepts: { 'application/c2pa': 'binary' },
      responses: {
        200: {
          description: 'It is kept',
          content: {
            'application/json': z.object({ manifestId: z.string(), receipt: receipt.optional() }),
          },
        },
      },
      problems: ['MEDIA_TYPE', 'BODY_TOO_LARGE', 'REGISTRY_CONFLICT', 'QUEUE_FULL', 'CLIENT_BUSY'],
      heavy: true,
      async handle({ request, response, query }) {
        if (mediaType(request) !== 'application/c2pa') {
          throw new ServiceError({
            code: 'MEDIA_TYPE',
            message: 'the body must be application/c2pa',
          });
        }
        const { bytes } = await readRaw(request, limits.maxBytes);
        const id = activeManifestLabel(bytes);
        if (id === null || id.length > 500) {
          const message = 'the body is no manifest store with a labelled manifest';
          throw new ServiceError({ code: 'REQUEST_INVALID', message });
        }
        await registry.put({
          id,
          time: clock.now().toISOString(),
          signer: null,
          origin: null,
          generator: null,
          asset: null,
          fingerprint: null,
          bindings: [],
          manifest: bytes,
        });
        const wanted = query.returnReceipt === 'true';
        const stored = wanted ? { receipt: receiptOf(await recordOf(registry, id)) } : {};
        response.json({ manifestId: id, ...stored });
      },
    }),
    ...(['post', 'put'] as const).map((method) =>
      defineOperation({
        method,
        path: '/v1/bindings',
        id: `${method}Binding`,
        tag: TAG,
        summary: 'Bind a value to a manifest that is kept',
        scope: 'store:bindings',
        body: z.strictObject({ bindingValue: binding, manifestId: z.string().min(1).max(500) }),
        responses: { 204: { description: 'Done' } },
        problems: ['NOT_FOUND'],
        async handle({ response, body: { bindingValue, manifestId } }) {
          if (!(await registry.bind(manifestId, bindingValue))) throw unknown();
          response.status(204).end();
        },
      }),
    ),
    defineOperation({
      method: 'get',
      path: '/v1/manifests/{manifestId}/receipts',
      id: 'getReceipts',
      tag: TAG,
      summary: 'When a manifest was stored, and its digest',
      scope: FETCH,
      params,
      responses: {
        200: { description: 'One receipt', content: { 'application/json': z.array(receipt) } },
      },
      problems: ['NOT_FOUND'],
      async handle({ response, params: { manifestId } }) {
        response.json([receiptOf(await recordOf(registry, manifestId))]);
      },
    }),
  ];
}

function services(publicUrl = '', ask: () => Promise<void>): Operation[] {
  const open = (
    path: string,
    id: string,
    summary: string,
    content: z.ZodType,
    value: () => unknown,
  ): Operation =>
    defineOperation({
      method: 'get',
      path,
      id,
      tag: TAG,
      summary,
      scope: null,
      responses: { 200: { description: summary, content: { 'application/json': content } } },
      async handle({ response }) {
        response.json(await value());
      },
    });
  const names = z.array(z.object({ alg: z.string() }));
  return [
    open(
      '/v1/services/supportedAlgorithms',
      'supportedAlgorithms',
      'What images are looked up by',
      z.object({ watermarks: names, fingerprints: names }),
      () => ({
        watermarks: [{ alg: WATERMARK_ALG }],
        fingerprints: [{ alg: FINGERPRINT_ALG }],
      }),
    ),
    open(
      '/v1/services/capabilities',
      'capabilities',
      'What this server can do',
      z.looseObject({ c2paSpecificationVersion: z.string() }),
      () => ({
        c2paSpecificationVersion: SPECIFICATION,
        supportedCapabilities: [
          'queryByContent',
          'queryByReference',
          'storeManifests',
          'storeBindings',
        ],
      }),
    ),
    open(
      '/v1/services/status',
      'status',
      'Whether the registry answers',
      z.object({ status: z.enum(['ok', 'degraded', 'down']), timestamp: z.string() }),
      async () => ({
        status: await ask().then(
          () => 'ok',
          () => 'down',
        ),
        timestamp: new Date().toISOString(),
      }),
    ),
    open(
      '/.well-known/c2pa-soft-binding-resolution',
      'discovery',
      'Where the API is',
      z.looseObject({ apiEndpoint: z.string() }),
      () => ({
        apiEndpoint: `${publicUrl}/v1`,
        c2paSpecificationVersion: SPECIFICATION,
        capabilitiesEndpoint: `${publicUrl}/v1/services/capabilities`,
        statusEndpoint: `${publicUrl}/v1/services/status`,
      }),
    ),
  ];
}

/** By the value as it was stored, and as the text that its base64 holds: manifests state it either way. */
async function findBound(
  registry: Registry,
  asked: Binding,
  limit: number,
): Promise<RegistryRecord[]> {
  const direct = await registry.findByBinding(asked, limit);
  const bytes = Buffer.from(asked.value, 'base64');
  const text = bytes.toString('latin1');
  const canonical = bytes.toString('base64') === asked.value && /^[\x20-\x7e]+$/.test(text);
  if (!canonical) return direct;
  const decoded = await registry.findByBinding({ alg: asked.alg, value: text }, limit);
  return [...direct, ...decoded.filter(({ id }) => direct.every((other) => other.id !== id))].slice(
    0,
    limit,
  );
}

function foundBy(wanted: string | undefined): (match: RegistryMatch) => boolean {
  if (wanted === undefined) return () => true;
  return ({ by }) =>
    (wanted === WATERMARK_ALG && by !== 'fingerprint') ||
    (wanted === FINGERPRINT_ALG && by !== 'watermark');
}

function merge(
  matches: readonly RegistryMatch[],
  hinted: readonly RegistryRecord[],
  limit: number,
) {
  const own = matches.map(({ record, similarity }) => ({
    manifestId: record.id,
    ...(similarity === null ? {} : { similarityScore: Math.round(similarity) }),
  }));
  const more = hinted
    .filter(({ id }) => own.every(({ manifestId }) => manifestId !== id))
    .map(({ id }) => ({ manifestId: id }));
  return [...own, ...more].slice(0, limit);
}

const unknown = (): ServiceError =>
  new ServiceError({ code: 'NOT_FOUND', message: 'there is no such manifest' });

async function recordOf(registry: Registry, id: string): Promise<RegistryRecord> {
  const record = await registry.get(id);
  if (record === null) throw unknown();
  return record;
}

const receiptOf = ({ id, time, manifest }: RegistryRecord): z.output<typeof receipt> => ({
  manifestId: id,
  storedAt: time,
  sha256: manifest.sha256,
  bytes: manifest.bytes,
});
