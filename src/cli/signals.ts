/** The signals that ask a process which runs on to end. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Resolves with the first of them; a second one ends the process at once, as it does by default. */
export function toldToEnd(): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      for (const signal of SIGNALS) process.off(signal, end);
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, end);
  });
}
