import { availableParallelism } from 'node:os';
import { assertInteger } from '../core/index.js';

const DEFAULT_MAX = 8;
const THREADS_MAX = 256;

/** @throws RangeError outside 1..256. Default: the processor's cores, at most 8. */
export function resolveThreads(threads: number | undefined): number {
  const resolved = threads ?? Math.min(availableParallelism(), DEFAULT_MAX);
  assertInteger(resolved, 'threads', 1, THREADS_MAX);
  return resolved;
}
