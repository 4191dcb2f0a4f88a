/** Who asks, and whether they may. */
import type { Request, RequestHandler } from 'express';
import { authenticate, keyInHeaders } from '../auth.js';
import type { Scope } from '../auth.js';
import type { ServiceDeps } from '../deps.js';
import { ServiceError } from '../errors.js';
import { contextOf } from './context.js';

/** Looks a key up. A bad one is refused by `refuseBadKeys`, after its address was counted. */
export function identify({ keys, clock, anonymous }: ServiceDeps): RequestHandler {
  return async (request, response, next) => {
    const context = contextOf(response);
    const text = keyInHeaders(request.headers);
    if (text === null) context.scopes = anonymous;
    else {
      context.key = await authenticate(text, keys, clock.now());
      context.scopes = context.key?.scopes ?? [];
    }
    next();
  };
}

/** A key that is given must be good, even where none is needed: a typo is told and not passed over. */
export const refuseBadKeys: RequestHandler = (request, response, next) => {
  if (contextOf(response).key === null && keyInHeaders(request.headers) !== null) {
    throw unauthenticated('the API key is not known');
  }
  next();
};

export function requireScope(scope: Scope | ((request: Request) => Scope)): RequestHandler {
  return (request, response, next) => {
    const needed = typeof scope === 'function' ? scope(request) : scope;
    const { key, scopes } = contextOf(response);
    if (scopes.includes(needed)) return next();
    if (key !== null) {
      throw new ServiceError({ code: 'FORBIDDEN', message: `the key lacks the scope ${needed}` });
    }
    throw unauthenticated(`an API key with the scope ${needed} is needed`);
  };
}

const unauthenticated = (message: string): ServiceError =>
  new ServiceError({ code: 'UNAUTHENTICATED', message });
