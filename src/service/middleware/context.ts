/** What is known about a request: its id, who asks, and what it may do. */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator } from 'express-rate-limit';
import type { Scope, StoredKey } from '../auth.js';
import { ServiceError } from '../errors.js';
import { MAX_HEADERS } from '../limits.js';

export interface RequestContext {
  requestId: string;
  /** Null: no key was given. */
  key: StoredKey | null;
  scopes: readonly Scope[];
  /** Code of the problem that was answered. */
  problem?: string;
}

const SAFE_ID = /^[\w.-]{8,64}$/;

/** A request id that a proxy gave is kept when it is harmless. */
export const withContext: RequestHandler = (request, response, next) => {
  const given = request.headers['x-request-id'];
  const requestId = typeof given === 'string' && SAFE_ID.test(given) ? given : randomUUID();
  response.locals['context'] = { requestId, key: null, scopes: [] } satisfies RequestContext;
  response.setHeader('X-Request-Id', requestId);
  next();
};

/** Before anything is read from them. */
export const boundHeaders: RequestHandler = (request, _response, next) => {
  if (request.rawHeaders.length > 2 * MAX_HEADERS) {
    const message = `at most ${MAX_HEADERS} header fields are taken`;
    throw new ServiceError({ code: 'TOO_MANY_HEADERS', message });
  }
  next();
};

export const contextOf = (response: Response): RequestContext =>
  response.locals['context'] as RequestContext;

/** One client for limits: the key, else the address (IPv6 by its /56, which is what one customer gets). */
export function clientOf(request: Request, response: Response): string {
  const { key } = contextOf(response);
  return key === null ? `address:${addressOf(request)}` : `key:${key.id}`;
}

export const addressOf = (request: Request): string => ipKeyGenerator(request.ip ?? '', 56);
