/** Waiting for other writers of an SQLite file without holding up this process. */
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * SQLite's own waiting blocks the whole process, and with it any other connection of this process that is in the
 * middle of a transaction: the two would wait for each other. So its part is short, and the rest is done here.
 */
export const NATIVE_WAIT_MS = 5;
const PAUSE_MS = 20;

export type Patience = <T>(work: () => Promise<T>) => Promise<T>;

/** `work` must leave nothing behind when it fails: it is done again as long as the file is locked, for `ms`. */
export const patience =
  (ms: number): Patience =>
  async (work) => {
    const until = Date.now() + ms;
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!isBusy(error) || Date.now() > until) throw error;
        await sleep(1 + Math.random() * PAUSE_MS);
      }
    }
  };

/** PostgreSQL waits by itself. */
export const noPatience: Patience = (work) => work();

function isBusy(error: unknown): boolean {
  const code: unknown = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && /^SQLITE_(BUSY|LOCKED)/.test(code);
}
