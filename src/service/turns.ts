/** First come, first served, so many at a time. */
import { ServiceError } from './errors.js';

export interface Turns {
  /**
   * Resolves when it is the caller's turn, to what must be called at its end.
   *
   * @throws ServiceError QUEUE_FULL; CANCELLED when `signal` is aborted before
   */
  take(signal: AbortSignal): Promise<() => void>;
  waiting(): number;
}

export function createTurns(places: number, maxWaiting: number): Turns {
  const queue: (() => void)[] = [];
  let free = places;
  const end = (): void => {
    const next = queue.shift();
    if (next === undefined) free++;
    else next();
  };
  return {
    waiting: () => queue.length,
    take: (signal) =>
      new Promise((resolve, reject) => {
        const gone = (): void => {
          const place = queue.indexOf(begin);
          if (place >= 0) queue.splice(place, 1);
          reject(new ServiceError({ code: 'CANCELLED', message: 'the client went away' }));
        };
        const begin = (): void => {
          signal.removeEventListener('abort', gone);
          resolve(end);
        };
        if (signal.aborted) gone();
        else if (free > 0) {
          free--;
          begin();
        } else if (queue.length >= maxWaiting) {
          const message = 'every worker is busy and the queue is full';
          reject(new ServiceError({ code: 'QUEUE_FULL', message, retryAfter: 5 }));
        } else {
          queue.push(begin);
          signal.addEventListener('abort', gone, { once: true });
        }
      }),
  };
}
