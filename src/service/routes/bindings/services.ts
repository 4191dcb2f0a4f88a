/** What the server is and can do: services/*, and where the API is found. */
import { z } from 'zod';
import { WATERMARK_ALG } from '../../../provenance/index.js';
import type { Operation } from '../../operation.js';
import { defineOperation } from '../../operation.js';
import { FINGERPRINT_ALG, SPECIFICATION, TAG } from './common.js';

export function serviceOperations(publicUrl = '', ask: () => Promise<void>): Operation[] {
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
