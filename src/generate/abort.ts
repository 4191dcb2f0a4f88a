import { GenerateError } from './errors.js';

/** @throws GenerateError GENERATE_ABORTED when `signal` says so. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new GenerateError({
    code: 'GENERATE_ABORTED',
    message: 'the generation was stopped before it was finished',
    cause: signal.reason,
  });
}
