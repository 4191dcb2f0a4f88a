/** POST /v1/mark and /v1/generate: an image, or its facts and bytes as JSON. */
import type { Request, Response } from 'express';
import type { AppParts } from '../app-parts.js';
import { imageOf, readUpload } from '../body.js';
import type { GenerateSettings, MarkSettings } from '../engine.js';
import { ServiceError } from '../errors.js';
import type { Operation } from '../operation.js';
import { defineOperation } from '../operation.js';
import { generateRequest, markedAnswer, markQuery } from '../schemas/marking.js';
import { markedFacts } from '../run-job.js';
import type { MarkedImage } from '../../provenance/index.js';
import { z } from 'zod';

const responses = {
  200: {
    description:
      'The image; as JSON with `Accept: application/json`, and always when there are several',
    content: { 'image/*': 'binary' as const, 'application/json': markedAnswer },
    headers: {
      'Imprint-Watermark': 'Payload of the mark',
      'Imprint-Manifest-Id': 'Under which the registry knows it',
    },
  },
};
const problems = ['QUEUE_FULL', 'CLIENT_BUSY', 'WORK_TIMEOUT', 'NOT_CONFIGURED'];

export function markingOperations(parts: AppParts): Operation[] {
  const { deps } = parts;
  return [
    defineOperation({
      method: 'post',
      path: '/v1/mark',
      id: 'mark',
      tag: 'Mark',
      summary: 'Watermark, sign and remember an image',
      scope: 'mark',
      query: markQuery,
      accepts: {
        'image/*': 'binary',
        'application/octet-stream': 'binary',
        'multipart/form-data': z.object({ file: z.string().meta({ format: 'binary' }) }),
      },
      responses,
      problems: [
        ...problems,
        'BODY_TOO_LARGE',
        'MEDIA_TYPE',
        'IMAGE_MALFORMED',
        'IMAGE_UNSUPPORTED',
        'MARK_ALREADY_MARKED',
        'MARK_NOT_EMBEDDED',
        'MARK_LOST_IN_ENCODING',
      ],
      heavy: true,
      async handle({ request, response, query }) {
        const image = imageOf(await readUpload(request, deps.limits.maxBytes));
        const settings = markSettings(query, image.name);
        const control = { signal: parts.closed(response) };
        send(request, response, [await deps.engine.mark(image.bytes, settings, control)]);
      },
    }),
    defineOperation({
      method: 'post',
      path: '/v1/generate',
      id: 'generate',
      tag: 'Mark',
      summary: 'Make images from text, watermarked and signed',
      description: 'It takes a minute or more for each image: `/v1/jobs` shows progress.',
      scope: 'generate',
      body: generateRequest,
      responses,
      problems: [...problems, 'GENERATE_PROMPT_EMPTY', 'GENERATE_OPTION'],
      heavy: true,
      async handle({ request, response, body }) {
        const { prompt, ...settings } = body;
        checkCount(settings, deps.limits.maxImages);
        const control = { signal: parts.closed(response) };
        send(request, response, await deps.engine.generate(prompt, settings, control));
      },
    }),
  ];
}

/** @throws ServiceError REQUEST_INVALID */
export function checkCount({ count = 1 }: GenerateSettings, maxImages: number): void {
  if (count <= maxImages) return;
  const fields = [{ field: 'count', message: `at most ${maxImages}` }];
  throw new ServiceError({ code: 'REQUEST_INVALID', message: 'too many images', fields });
}

export function markSettings(
  query: z.output<typeof markQuery>,
  name: string | undefined,
): MarkSettings {
  const given = { ...query, title: query.title ?? name };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function send(request: Request, response: Response, images: readonly MarkedImage[]): void {
  response.set('Cache-Control', 'no-store');
  const [only] = images;
  const json =
    images.length !== 1 || request.accepts(['image/*', 'application/json']) !== 'image/*';
  if (json || only === undefined) {
    response.json({
      images: images.map((image) => ({
        ...markedFacts(image),
        base64: Buffer.from(image.bytes).toString('base64'),
      })),
    });
    return;
  }
  response.set('Imprint-Watermark', only.watermark.payload);
  if (only.manifestId !== null) response.set('Imprint-Manifest-Id', only.manifestId);
  response.type(only.mime).send(Buffer.from(only.bytes));
}
