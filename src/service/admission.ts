/** Who may bring an image now: decided before its body is read, so that refused work costs no memory. */
import { ServiceError } from './errors.js';

export interface Admission {
  /**
   * Take a place for `client`, until the returned function is called.
   *
   * @throws ServiceError QUEUE_FULL, CLIENT_BUSY
   */
  enter(client: string): () => void;
  /** Places taken. */
  taken(): number;
}

/** How fast places have come free lately decides what `Retry-After` says. */
const SMOOTHING = 0.2;
const RETRY_MAX_SECONDS = 120;

/** @param places for all clients together. @param perClient for one of them. */
export function createAdmission(places: number, perClient: number): Admission {
  const clients = new Map<string, number>();
  let taken = 0;
  let secondsEach = 1;

  const retryAfter = (): number => Math.max(1, Math.min(RETRY_MAX_SECONDS, Math.ceil(secondsEach)));

  return {
    enter(client) {
      const own = clients.get(client) ?? 0;
      if (own >= perClient) {
        throw new ServiceError({
          code: 'CLIENT_BUSY',
          message: `at most ${perClient} requests at once are taken from one client`,
          retryAfter: retryAfter(),
        });
      }
      if (taken >= places) {
        throw new ServiceError({
          code: 'QUEUE_FULL',
          message: 'every worker is busy and the queue is full',
          retryAfter: retryAfter(),
        });
      }
      taken++;
      clients.set(client, own + 1);
      const entered = performance.now();
      let left = false;
      return () => {
        if (left) return;
        left = true;
        taken--;
        const now = clients.get(client)! - 1;
        if (now === 0) clients.delete(client);
        else clients.set(client, now);
        secondsEach += SMOOTHING * ((performance.now() - entered) / 1000 - secondsEach);
      };
    },
    taken: () => taken,
  };
}
