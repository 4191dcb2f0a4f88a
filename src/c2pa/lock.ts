/** Ordinary calls share the engine; a call that changes what the engine sees runs alone. First come, first served. */
export interface CallLock {
  run<T>(alone: boolean, work: () => Promise<T>): Promise<T>;
}

export function createCallLock(): CallLock {
  /** Settles when the last call that ran alone is done. */
  let lastAlone: Promise<unknown> = Promise.resolve();
  /** Everything that was started since then. */
  let sharing: Promise<unknown>[] = [];

  return {
    run<T>(alone: boolean, work: () => Promise<T>): Promise<T> {
      const before = alone ? Promise.all([lastAlone, ...sharing]) : lastAlone;
      const result = before.then(work);
      const settled = result.then(
        () => undefined,
        () => undefined,
      );
      if (alone) {
        lastAlone = settled;
        sharing = [];
      } else {
        sharing.push(settled);
        void settled.then(() => {
          sharing = sharing.filter((entry) => entry !== settled);
        });
      }
      return result;
    },
  };
}
