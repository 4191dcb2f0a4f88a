/** Requests a minute: for each key, and for each address that shows none that is good. */
import type { Request, RequestHandler, Response } from 'express';
import { rateLimit } from 'express-rate-limit';
import type { Options } from 'express-rate-limit';
import { ServiceError } from '../errors.js';
import { addressOf, contextOf } from './context.js';

const WINDOW_SECONDS = 60;

function limiter(
  name: string,
  limit: number,
  options: Pick<Partial<Options>, 'keyGenerator' | 'skip'>,
): RequestHandler {
  return rateLimit({
    ...options,
    windowMs: WINDOW_SECONDS * 1000,
    limit,
    // RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-08).
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    identifier: name,
    handler: (_request, response, next) => {
      const retryAfter = Number(response.getHeader('Retry-After') ?? WINDOW_SECONDS);
      const message = `at most ${limit} requests a minute are taken`;
      next(new ServiceError({ code: 'RATE_LIMITED', message, retryAfter }));
    },
  });
}

const withKey = (_request: Request, response: Response): boolean =>
  contextOf(response).key !== null;

/** Stands before the refusal of bad keys, so that guesses are counted. */
export const limitByAddress = (limit: number): RequestHandler =>
  limiter('address', limit, { skip: withKey, keyGenerator: (request) => addressOf(request) });

export const limitByKey = (limit: number): RequestHandler =>
  limiter('key', limit, {
    skip: (request, response) => !withKey(request, response),
    keyGenerator: (_request, response) => contextOf(response).key!.id,
  });
