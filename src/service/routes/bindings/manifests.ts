/** Keeping, reading and forgetting manifests, their bindings and receipts. */
import { z } from 'zod';
import type { Registry, RegistryRecord } from '../../../provenance/index.js';
import { activeManifestLabel } from '../../../provenance/index.js';
import type { AppParts } from '../../app-parts.js';
import { mediaType, readRaw } from '../../body.js';
import { ServiceError } from '../../errors.js';
import type { Operation } from '../../operation.js';
import { defineOperation } from '../../operation.js';
import { binding, FETCH_SCOPE, TAG } from './common.js';

const receipt = z
  .object({
    manifestId: z.string(),
    storedAt: z.string(),
    sha256: z.string().meta({ description: 'Of the manifest store' }),
    bytes: z.int(),
  })
  .meta({ id: 'Receipt' });
const params = z.strictObject({ manifestId: z.string().min(1).max(500) });
const STORE = 'store:manifests' as const;

export function manifestOperations(parts: AppParts, registry: Registry): Operation[] {
  const { clock, limits } = parts.deps;
  return [
    defineOperation({
      method: 'get',
      path: '/v1/manifests/{manifestId}',
      id: 'getManifest',
      tag: TAG,
      summary: 'A manifest store',
      scope: FETCH_SCOPE,
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
      scope: FETCH_SCOPE,
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
