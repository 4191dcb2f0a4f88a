/** /openapi.json, /docs and the addresses that problems name as their types. */
import { createHash } from 'node:crypto';
import type { Response, Router } from 'express';
import { DOCS_CSS, docsPage } from '../docs-page.js';
import { ServiceError } from '../errors.js';
import { openApiDocument } from '../openapi.js';
import type { Operation } from '../operation.js';
import { PROBLEM_CODES, problemSlug } from '../problem.js';
import { allow } from '../middleware/problems.js';

const SLUGS = new Set(PROBLEM_CODES.map(({ code }) => problemSlug(code)));

/** Made at the first request: it takes a while, and most servers are never asked. */
export function mountDocs(router: Router, operations: readonly Operation[]): void {
  let made: { json: Asset; html: Asset } | undefined;
  const documents = (): { json: Asset; html: Asset } => {
    if (made === undefined) {
      const document = openApiDocument(operations);
      made = {
        json: asset('application/json', JSON.stringify(document)),
        html: asset('text/html; charset=utf-8', docsPage(document, operations)),
      };
    }
    return made;
  };
  const css = asset('text/css; charset=utf-8', DOCS_CSS);
  router.get('/openapi.json', (_request, response) => send(response, documents().json));
  router.get('/docs', (_request, response) => send(response, documents().html));
  router.get('/docs.css', (_request, response) => send(response, css));
  router.get('/problems/:slug', (request, response) => {
    const { slug } = request.params;
    if (!SLUGS.has(slug)) {
      throw new ServiceError({ code: 'NOT_FOUND', message: 'there is no such problem' });
    }
    response.redirect(303, `/docs#${slug}`);
  });
  for (const path of ['/openapi.json', '/docs', '/docs.css', '/problems/:slug']) {
    router.all(path, allow('GET', 'HEAD'));
  }
}

interface Asset {
  type: string;
  text: string;
  etag: string;
}

function asset(type: string, text: string): Asset {
  const digest = createHash('sha256').update(text).digest('base64url');
  return { type, text, etag: `"${digest.slice(0, 32)}"` };
}

function send(response: Response, { type, text, etag }: Asset): void {
  // express answers 304 to a matching If-None-Match.
  response.set('Content-Type', type).set('ETag', etag).set('Cache-Control', 'no-cache').send(text);
}
