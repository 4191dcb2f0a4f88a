/** One line for each request, and its metrics. Neither headers nor queries are logged: keys stand there. */
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { printable } from '../../core/index.js';
import type { Metrics } from '../metrics.js';
import { contextOf } from './context.js';

export function accessLog(log: Logger, metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const started = performance.now();
    response.on('close', () => {
      const { requestId, key, problem } = contextOf(response);
      const ms = performance.now() - started;
      const finished = response.writableFinished;
      const status = finished ? response.statusCode : 499;
      const route = routeOf(request);
      metrics.request({ method: knownMethod(request.method), route, status }, ms / 1000);
      log[status >= 500 ? 'error' : 'info'](
        {
          requestId,
          method: request.method,
          path: printable(request.path, 200),
          status,
          ms: Math.round(ms),
          ...(key === null ? {} : { keyId: key.id }),
          ...(problem === undefined ? {} : { code: problem }),
        },
        finished ? 'request' : 'request aborted',
      );
    });
    next();
  };
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'];
/** A label that strangers cannot make new values of. */
const knownMethod = (method: string): string => (METHODS.includes(method) ? method : 'other');

function routeOf(request: { route?: { path?: unknown } }): string {
  return typeof request.route?.path === 'string' ? request.route.path : 'none';
}
