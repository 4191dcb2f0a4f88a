/**
 * The public detector of California's SB 942 (B&P Code 22757.2): system provenance alone, nothing personal, nothing
 * kept, by upload or URL, and a place for feedback.
 */
import { z } from 'zod';
import type { Report } from '../../provenance/index.js';
import type { AppParts } from '../app-parts.js';
import { imageOf, mediaType, readRaw, readUpload } from '../body.js';
import { ServiceError } from '../errors.js';
import { fetchImage } from '../fetch-image.js';
import type { Operation } from '../operation.js';
import { defineOperation } from '../operation.js';
import { imageUrl } from '../schemas/common.js';
import { verdict } from '../schemas/report.js';

const ACTUALLY = ['ai-generated', 'ai-edited', 'not-ai', 'unknown'] as const;
const provenance = z
  .object({
    sha256: z.string(),
    systemProvenanceFound: z.boolean(),
    verdict,
    credentials: z.looseObject({ presence: z.string(), integrity: z.string() }),
    watermarks: z.array(z.looseObject({ alg: z.string(), status: z.string() })),
    metadata: z.array(z.object({ name: z.string(), value: z.string(), where: z.string() })),
  })
  .meta({ id: 'SystemProvenance' });

export function detectorOperations(parts: AppParts): Operation[] {
  const { deps } = parts;
  return [
    defineOperation({
      method: 'post',
      path: '/v1/detector',
      id: 'detect',
      tag: 'Public detector',
      summary: 'System provenance of an image, by upload or URL',
      description:
        'What systems wrote about themselves and about how the image came about. Names, places, device numbers and ' +
        'whatever else may belong to a person are never part of the answer, and neither image nor answer is kept.',
      scope: 'verify',
      accepts: {
        'image/*': 'binary',
        'application/octet-stream': 'binary',
        'multipart/form-data': z.object({ file: z.string().meta({ format: 'binary' }) }),
        'application/json': z.strictObject({ url: imageUrl }),
      },
      responses: {
        200: { description: 'What was found', content: { 'application/json': provenance } },
      },
      problems: [
        'MEDIA_TYPE',
        'BODY_TOO_LARGE',
        'IMAGE_UNSUPPORTED',
        'URL_NOT_FETCHED',
        'QUEUE_FULL',
      ],
      heavy: true,
      async handle({ request, response }) {
        const bytes =
          mediaType(request) === 'application/json'
            ? await fetchImage(deps, await readUrl(parts, request))
            : imageOf(await readUpload(request, deps.limits.maxBytes)).bytes;
        const { report } = await deps.engine.verify({ bytes }, { signal: parts.closed(response) });
        parts.metrics.report(report);
        response.set('Cache-Control', 'no-store').json(systemProvenance(report));
      },
    }),
    defineOperation({
      method: 'post',
      path: '/v1/detector/feedback',
      id: 'feedback',
      tag: 'Public detector',
      summary: 'Whether an answer was right',
      description: 'A contact is kept only where it is given, which nobody needs to do.',
      scope: 'verify',
      body: z.strictObject({
        correct: z.boolean(),
        actually: z.enum(ACTUALLY).default('unknown'),
        sha256: z
          .string()
          .regex(/^[0-9a-f]{64}$/)
          .optional(),
        comment: z.string().max(2000).optional(),
        contact: z.string().max(200).optional(),
      }),
      responses: { 204: { description: 'Thank you' } },
      async handle({ response, body }) {
        const { correct, actually, sha256 = null, comment = null, contact = null } = body;
        const time = deps.clock.now().toISOString();
        await deps.onFeedback({ time, sha256, correct, actually, comment, contact });
        response.status(204).end();
      },
    }),
  ];
}

async function readUrl(
  { deps }: AppParts,
  request: Parameters<typeof readRaw>[0],
): Promise<string> {
  const { bytes } = await readRaw(request, deps.limits.maxJsonBytes);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new ServiceError({ code: 'REQUEST_INVALID', message: 'the JSON cannot be read' });
  }
  return z.strictObject({ url: imageUrl }).parse(value).url;
}

/** Chosen field by field: what a later report adds stays out until somebody has judged it. */
export function systemProvenance(report: Report) {
  const { credentials, metadata, file } = report;
  const { claim, signer } = credentials;
  const watermarks = report.watermarks
    .filter(({ status }) => status !== 'none')
    .map(({ alg, status, payload, origin, pValue }) => ({ alg, status, payload, origin, pValue }));
  const system = metadata.system.map(({ name, value, where }) => ({ name, value, where }));
  const declared = !['absent', 'malformed'].includes(credentials.presence);
  return {
    sha256: file.sha256,
    systemProvenanceFound: declared || watermarks.length > 0 || system.length > 0,
    verdict: report.verdict,
    credentials: {
      presence: credentials.presence,
      integrity: credentials.integrity,
      // The subject of a certificate may be a person; whether a list vouches for it is not.
      signature: signer === null ? null : { status: signer.status, list: signer.list },
      generator: claim?.generator ?? null,
      digitalSourceType: claim?.digitalSourceType ?? null,
      actions: claim?.actions.map(({ action }) => action) ?? [],
    },
    watermarks,
    metadata: system,
  };
}
