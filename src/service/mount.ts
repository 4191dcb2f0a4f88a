/** Operations -> express routes. */
import express from 'express';
import type { RequestHandler, Router } from 'express';
import type { Admission } from './admission.js';
import type { ServiceDeps } from './deps.js';
import { mediaType } from './body.js';
import { ServiceError } from './errors.js';
import { admit } from './middleware/admit.js';
import { requireScope } from './middleware/authenticate.js';
import { contextOf } from './middleware/context.js';
import { allow } from './middleware/problems.js';
import type { Operation } from './operation.js';

/** `/v1/jobs/{id}` -> `/v1/jobs/:id` */
const expressPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

export function mountOperations(
  router: Router,
  operations: readonly Operation[],
  { accepting, limits }: Pick<ServiceDeps, 'accepting' | 'limits'>,
  admission: Admission,
): void {
  const json: RequestHandler[] = [
    (request, _response, next) => {
      if (mediaType(request) === 'application/json') return next();
      throw new ServiceError({ code: 'MEDIA_TYPE', message: 'the body must be application/json' });
    },
    express.json({ limit: limits.maxJsonBytes, inflate: false, strict: false }),
  ];
  for (const operation of operations) {
    router[operation.method](
      expressPath(operation.path),
      ...(operation.scope === null ? [] : [requireScope([operation.scope].flat())]),
      ...(operation.heavy === true ? [admit(admission, accepting)] : []),
      ...(operation.body === undefined ? [] : json),
      handler(operation),
    );
  }
  for (const path of new Set(operations.map((operation) => operation.path))) {
    const methods = operations.filter((operation) => operation.path === path);
    router.all(expressPath(path), allow(...methods.flatMap(({ method }) => shown(method))));
  }
}

const shown = (method: Operation['method']): string[] =>
  method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];

function handler({ query, params, body, handle }: Operation): RequestHandler {
  return async (request, response) => {
    await handle({
      request,
      response,
      context: contextOf(response),
      query: query === undefined ? {} : query.parse(request.query),
      params: params === undefined ? {} : params.parse(request.params),
      body: body === undefined ? undefined : body.parse(request.body),
    });
  };
}
