/** Entry of a worker thread (pool.ts): one inspector per thread. */
import { workerData } from 'piscina';
import type { InspectorSetup } from './inspector.js';
import { createFileInspector } from './inspector.js';
import type { Inspected, InspectFile, InspectSettings } from './model.js';

export interface InspectTask {
  path: string;
  absolute: string | null;
  bytes: Uint8Array | null;
  settings: InspectSettings;
}

let inspect: InspectFile | undefined;

export async function inspectTask(task: InspectTask): Promise<Inspected> {
  inspect ??= createFileInspector(workerData as InspectorSetup);
  const { path, absolute, bytes, settings } = task;
  const load = bytes === null ? {} : { load: () => Promise.resolve(bytes) };
  return inspect({ path, absolute, ...load }, settings);
}
