/** Entry of a worker thread (inspect-files.ts): one inspector per thread, its models loaded once. */
import { workerData } from 'piscina';
import type { BatchSetup, FileInspector, FileOutcome, FileTask } from './inspect-file.js';
import { createFileInspector } from './inspect-file.js';

let inspect: FileInspector | undefined;

export function inspectFile(file: FileTask): Promise<FileOutcome> {
  // The cores are shared out among threads already.
  inspect ??= createFileInspector(workerData as BatchSetup, 1);
  return inspect(file);
}
