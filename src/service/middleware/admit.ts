/** A place for a request with an image, held until it is answered. */
import type { RequestHandler } from 'express';
import type { Admission } from '../admission.js';
import { ServiceError } from '../errors.js';
import { clientOf } from './context.js';

export function admit(admission: Admission, accepting: () => boolean): RequestHandler {
  return (request, response, next) => {
    if (!accepting()) {
      throw new ServiceError({
        code: 'SHUTTING_DOWN',
        message: 'the server is shutting down',
        retryAfter: 5,
      });
    }
    const leave = admission.enter(clientOf(request, response));
    response.on('close', leave);
    next();
  };
}
