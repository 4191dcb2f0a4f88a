/** Who asks, and whether they may. */
import type { RequestHandler } from 'express';
import { authenticate, keyInHeaders } from '../auth.js';
import type { Scope } from '../auth.js';
import type { ServiceDeps } from '../deps.js';
import { ServiceError } from '../errors.js';
import type { RequestContext } from './context.js';
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

/** Any of `needed` will do. */
export function requireScope(needed: readonly Scope[]): RequestHandler {
  return (_request, response, next) => {
    checkScope(contextOf(response), needed);
    next();
  };
}

/** @throws ServiceError FORBIDDEN, UNAUTHENTICATED */
export function checkScope(
  { key, scopes }: Pick<RequestContext, 'key' | 'scopes'>,
  needed: readonly Scope[],
): void {
  if (needed.some((scope) => scopes.includes(scope))) return;
  const names = needed.join(' or ');
  if (key !== null) {
    throw new ServiceError({ code: 'FORBIDDEN', message: `the key lacks the scope ${names}` });
  }
  throw unauthenticated(`an API key with the scope ${names} is needed`);
}

const unauthenticated = (message: string): ServiceError =>
  new ServiceError({ code: 'UNAUTHENTICATED', message });
