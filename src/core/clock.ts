/** Time as a port: whatever stamps or judges validity takes one, so tests and `--at` pin it. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** A clock that always says `time`. */
export function fixedClock(time: Date): Clock {
  return { now: () => new Date(time) };
}
