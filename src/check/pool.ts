/** The inspector on all cores: worker threads that each load the engines once. */
import { availableParallelism } from 'node:os';
import { Piscina } from 'piscina';
import { packagePath } from '../core/index.js';
import type { InspectorSetup } from './inspector.js';
import { problemOf } from './inspector.js';
import type { Inspected, InspectFile } from './model.js';
import type { InspectTask } from './worker.js';

export interface InspectorPool {
  inspect: InspectFile;
  close: () => Promise<void>;
}

/** Threads that are used when nothing else is asked for. */
export const DEFAULT_JOBS = availableParallelism();

/** Threads start with the first file, so that a run which the cache answers starts none. */
export function createInspectorPool(setup: InspectorSetup, jobs: number): InspectorPool {
  let pool: Piscina<InspectTask, Inspected> | undefined;
  return {
    inspect: async (file, settings) => {
      pool ??= new Piscina<InspectTask, Inspected>({
        filename: packagePath('dist', 'check', 'worker.js'),
        name: 'inspectTask',
        workerData: setup,
        minThreads: 1,
        maxThreads: jobs,
      });
      try {
        const bytes = file.load === undefined ? null : await file.load();
        const { path, absolute } = file;
        return await pool.run({ path, absolute, bytes, settings });
      } catch (error) {
        return { problem: problemOf(error, file) };
      }
    },
    close: async () => {
      await pool?.destroy();
    },
  };
}
