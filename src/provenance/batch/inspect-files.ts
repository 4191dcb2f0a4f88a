/** Many files on all cores: reports in the order of the files, memory that does not grow with their number. */
import { availableParallelism } from 'node:os';
import { assertInteger, packagePath } from '../../core/index.js';
import type {
  BatchFile,
  BatchSetup,
  FileInspector,
  FileOutcome,
  FileTask,
} from './inspect-file.js';
import { createFileInspector, problemOf } from './inspect-file.js';
import { inOrder } from './in-order.js';

export interface BatchOptions extends BatchSetup {
  /** Worker threads, 1..256; with 1, and with a registry, the work is done in the calling thread. Default: one for each core. */
  threads?: number;
}

/** Files that each thread may be ahead of the one whose turn it is. */
const AHEAD = 4;

/**
 * Inspects `files`, which may be an endless stream. A file that cannot be read or decoded is an outcome like the
 * others. Threads end with the loop, also when it is left early.
 *
 * @throws RangeError for `threads` out of range.
 */
export async function* inspectFiles(
  files: Iterable<BatchFile> | AsyncIterable<BatchFile>,
  { threads = availableParallelism(), ...setup }: BatchOptions = {},
): AsyncGenerator<FileOutcome, void, undefined> {
  assertInteger(threads, 'threads', 1, 256);
  // A registry is a connection, which does not travel to threads.
  if (threads === 1 || setup.registry !== undefined) {
    yield* inOrder(files, 1, reading(createFileInspector(setup, availableParallelism())));
    return;
  }
  const { inspect, close } = await startThreads(setup, threads);
  try {
    yield* inOrder(files, AHEAD * threads, reading(inspect));
  } finally {
    await close();
  }
}

/** Functions do not travel to threads, so what they read does. */
function reading(inspect: FileInspector): (file: BatchFile) => Promise<FileOutcome> {
  return async ({ read, ...file }) => {
    try {
      return await inspect(read === undefined ? file : { ...file, bytes: await read() });
    } catch (error) {
      return { path: file.path, error: problemOf(error) };
    }
  };
}

async function startThreads(
  setup: BatchSetup,
  threads: number,
): Promise<{ inspect: FileInspector; close: () => Promise<void> }> {
  // Only here: a single file needs no threads, and starting them costs time that every command would pay.
  const { Piscina } = await import('piscina');
  const pool = new Piscina<FileTask, FileOutcome>({
    filename: packagePath('dist', 'provenance', 'batch', 'worker.js'),
    name: 'inspectFile',
    workerData: setup,
    minThreads: threads,
    maxThreads: threads,
  });
  return {
    inspect: async (file) => {
      try {
        return await pool.run(file);
      } catch (error) {
        // The thread itself died (out of memory); the pool starts another one.
        return { path: file.path, error: problemOf(error) };
      }
    },
    close: () => pool.destroy(),
  };
}
