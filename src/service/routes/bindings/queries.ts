/** Which manifests belong to a value or to an image: matches/byBinding, byContent, byReference. */
import type { Response } from 'express';
import { z } from 'zod';
import type { Binding, Registry } from '../../../provenance/index.js';
import type { AppParts } from '../../app-parts.js';
import { mediaType, readRaw } from '../../body.js';
import { ServiceError } from '../../errors.js';
import { fetchImage } from '../../fetch-image.js';
import type { Operation } from '../../operation.js';
import { defineOperation } from '../../operation.js';
import { imageUrl } from '../../schemas/common.js';
import { alg, binding, FETCH_SCOPE, TAG } from './common.js';
import { findBound, foundBy, merge } from './lookup.js';

/** Longer values would not fit into an address. */
const VALUE_MAX = 4000;

const maxResults = z.coerce.number().int().min(1).max(100).default(10);
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
const found = {
  200: { description: 'What was found, or nothing', content: { 'application/json': queryResult } },
};
const byContentQuery = z.strictObject({
  alg: alg.optional(),
  maxResults,
  hintAlg: alg.optional(),
  hintValue: z.string().max(VALUE_MAX).optional(),
});

export function queryOperations(parts: AppParts, registry: Registry): Operation[] {
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
      scope: FETCH_SCOPE,
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
      scope: FETCH_SCOPE,
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
      scope: FETCH_SCOPE,
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
      scope: FETCH_SCOPE,
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
