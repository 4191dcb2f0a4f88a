/** The last handlers: what no route took, and what any of them threw, as RFC 9457 problems. */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import { toProblem } from '../problem.js';
import { contextOf } from './context.js';

export const notFound: RequestHandler = () => {
  throw new ServiceError({ code: 'NOT_FOUND', message: 'there is nothing at this path' });
};

/** For paths that exist, with methods that do not. */
export function allow(...methods: string[]): RequestHandler {
  return (_request, response) => {
    response.setHeader('Allow', methods.join(', '));
    throw new ServiceError({
      code: 'METHOD_NOT_ALLOWED',
      message: `the path takes ${methods.join(', ')}`,
    });
  };
}

export function problems(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) {
      next(error);
      return;
    }
    sendProblem(log, error, request, response);
  };
}

function sendProblem(log: Logger, thrown: unknown, request: Request, response: Response): void {
  const error = thrown instanceof z.ZodError ? invalid(thrown) : thrown;
  const context = contextOf(response);
  const { problem, retryAfter } = toProblem(error, {
    path: request.originalUrl.split('?', 1)[0]!,
    requestId: context.requestId,
  });
  context.problem = problem.code;
  if (problem.status === 500) {
    log.error({ requestId: context.requestId, err: error }, 'request failed');
  }
  if (retryAfter !== undefined) response.setHeader('Retry-After', String(retryAfter));
  if (problem.status === 401) response.setHeader('WWW-Authenticate', 'Bearer realm="imprint"');
  if (!request.complete) drain(request);
  response
    .status(problem.status)
    .set('Cache-Control', 'no-store')
    .type('application/problem+json')
    .send(JSON.stringify(problem));
}

function invalid(error: z.ZodError): ServiceError {
  const fields = error.issues.slice(0, 20).map(({ path, message }) => ({
    field: path.map(String).join('.').slice(0, 100),
    message: message.slice(0, 300),
  }));
  const first = fields[0]!;
  const message = `${first.field === '' ? 'the request' : first.field}: ${first.message}`;
  return new ServiceError({ code: 'REQUEST_INVALID', message, fields });
}

const DRAIN_MS = 2000;

/**
 * What is left of a refused body is thrown away for a moment: a connection that is closed at once takes the
 * answer with it (RFC 9112 section 9.6).
 */
function drain(request: Request): void {
  request.resume();
  const timer = setTimeout(() => request.socket.destroy(), DRAIN_MS);
  request.once('close', () => clearTimeout(timer));
}
