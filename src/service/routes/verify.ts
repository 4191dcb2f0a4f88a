/** POST /v1/verify and /v1/verify/url: the report. */
import { webcrypto } from 'node:crypto';
import type { Request, Response } from 'express';
import { z } from 'zod';
import type { AppParts } from '../app-parts.js';
import type { UploadedFile } from '../body.js';
import { imageOf, readUpload } from '../body.js';
import { fetchImage } from '../fetch-image.js';
import type { Operation } from '../operation.js';
import { defineOperation } from '../operation.js';
import { flag, imageUrl } from '../schemas/common.js';
import { report } from '../schemas/report.js';

const options = z.strictObject({
  format: z.enum(['json', 'crjson']).default('json').meta({
    description: "`crjson` is the credentials engine's own crJSON (C2PA 2.4)",
  }),
  heatmap: flag.meta({ description: 'Adds `heatmapPng` to the report' }),
});
type Options = z.output<typeof options>;

const responses = {
  200: {
    description: 'The report',
    content: { 'application/json': report },
    headers: { ETag: 'The same for the same image, options and settings of the server' },
  },
};
const problems = [
  'BODY_TOO_LARGE',
  'BODY_INCOMPLETE',
  'MEDIA_TYPE',
  'IMAGE_EMPTY',
  'IMAGE_TOO_MANY_PIXELS',
  'IMAGE_UNSUPPORTED',
  'IMAGE_MALFORMED',
  'IMAGE_CONTAINER_LIMIT',
  'QUEUE_FULL',
  'CLIENT_BUSY',
  'WORK_TIMEOUT',
];

export function verifyOperations(parts: AppParts): Operation[] {
  const { deps } = parts;
  return [
    defineOperation({
      method: 'post',
      path: '/v1/verify',
      id: 'verify',
      tag: 'Verify',
      summary: 'Say what is known about where an image comes from',
      description:
        'The body is the image itself, or a form with the part `file` and, for credentials that lie beside the ' +
        'image, the part `manifest`. Nothing is stored.',
      scope: 'verify',
      query: options,
      accepts: {
        'image/*': 'binary',
        'application/octet-stream': 'binary',
        'multipart/form-data': z.object({
          file: z.string().meta({ format: 'binary' }),
          manifest: z.string().meta({ format: 'binary' }).optional(),
        }),
      },
      responses,
      problems,
      heavy: true,
      async handle({ request, response, query }) {
        const upload = await readUpload(request, deps.limits.maxBytes);
        const image = imageOf(upload);
        await answer(parts, { request, response, image, manifest: upload.manifest, query });
      },
    }),
    defineOperation({
      method: 'post',
      path: '/v1/verify/url',
      id: 'verifyUrl',
      tag: 'Verify',
      summary: 'The same for an image that lies elsewhere',
      description:
        'The image is fetched over https from a public address; private, loopback and other special addresses ' +
        'are refused when the connection is made, at every redirect.',
      scope: 'verify',
      query: options,
      body: z.strictObject({ url: imageUrl }).meta({ id: 'UrlRequest' }),
      responses,
      problems: [...problems, 'URL_NOT_FETCHED'],
      heavy: true,
      async handle({ request, response, query, body }) {
        const bytes = await fetchImage(deps, body.url);
        const digest = await webcrypto.subtle.digest('SHA-256', bytes);
        const image = { bytes, sha256: Buffer.from(digest).toString('hex'), name: body.url };
        await answer(parts, { request, response, image, manifest: null, query });
      },
    }),
  ];
}

interface Question {
  request: Request;
  response: Response;
  image: UploadedFile;
  manifest: UploadedFile | null;
  query: Options;
}

async function answer(parts: AppParts, question: Question): Promise<void> {
  const { request, response, image, manifest, query } = question;
  const key = JSON.stringify([image.sha256, image.name, manifest?.sha256, query]);
  const { results } = parts;
  const stored = results.get(key) ?? results.set(key, await work(parts, question));
  if (response.destroyed || request.socket.destroyed) return;
  response.set('Cache-Control', 'no-store').set('ETag', stored.etag);
  response.type('application/json').send(stored.text);
}

async function work(parts: AppParts, { response, image, manifest, query }: Question) {
  const { engine } = parts.deps;
  const control = { signal: parts.closed(response) };
  const request = {
    bytes: image.bytes,
    name: image.name,
    manifest: manifest?.bytes,
    heatmap: query.heatmap,
  };
  if (query.format === 'crjson') {
    const { crJson } = await engine.crJson(request, control);
    return JSON.stringify(crJson);
  }
  const { report: found, heatmap } = await engine.verify(request, control);
  parts.metrics.report(found);
  if (!query.heatmap) return JSON.stringify(found);
  const heatmapPng = heatmap === null ? null : Buffer.from(heatmap).toString('base64');
  return JSON.stringify({ ...found, heatmapPng });
}
