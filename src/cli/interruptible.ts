/** Work that takes a while: a progress bar, Ctrl-C between two steps, and everything put away at the end. */
import type { CliIo } from './io.js';
import type { Progress } from './render/progress.js';
import { createProgress } from './render/progress.js';

export interface Interruption {
  readonly progress: Progress;
  /** Aborted by SIGINT; a second one ends the process, as it does by default. */
  readonly signal: AbortSignal;
}

/** Run `work`, then `dispose` of what it used, whether it came to an end or not. */
export async function interruptible<T>(
  io: CliIo,
  { dispose }: { dispose: () => Promise<void> },
  work: (interruption: Interruption) => Promise<T>,
): Promise<T> {
  const progress = createProgress(io);
  const abort = new AbortController();
  const onInterrupt = (): void => abort.abort(new Error('interrupted'));
  process.once('SIGINT', onInterrupt);
  try {
    return await work({ progress, signal: abort.signal });
  } finally {
    process.off('SIGINT', onInterrupt);
    progress.stop();
    await dispose();
  }
}
