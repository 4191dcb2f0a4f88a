/** One file of many: what is wrong with it is an answer, so that it never stops the rest. */
import { errorMessage, isImprintError, printable } from '../../core/index.js';
import type { GuardedFetch } from '../../c2pa/index.js';
import { createGuardedFetch } from '../../c2pa/index.js';
import type { Report } from '../../detect/index.js';
import { readImageFile } from '../../image/index.js';
import { createModelStore } from '../../onnx/index.js';
import { createInspector } from '../verify.js';
import type { Inspector, InspectorOptions } from '../verify.js';

/** What inspectors are made from, as plain data that can be sent to a thread. */
export interface BatchSetup extends Omit<InspectorOptions, 'fetchRemote' | 'models'> {
  /** Fetch manifests that files keep elsewhere, as `createGuardedFetch` does. Default false. */
  fetchRemote?: boolean;
}

export interface FileProblem {
  /** Error code of the package, or `INTERNAL`: then it is a mistake of ours. */
  code: string;
  message: string;
}

export type FileOutcome = { path: string; report: Report } | { path: string; error: FileProblem };

/** A file to look at. */
export interface BatchFile {
  /** Shown in the report; `-` is shown as none. */
  path: string;
  /** How its bytes are come by, called once when its turn has come. Default: read from `path`. */
  read?: () => Promise<Uint8Array>;
  /** A manifest store (application/c2pa) that lies beside it. */
  manifestData?: Uint8Array;
}

/** A `BatchFile` as it goes to a thread. */
export interface FileTask extends Omit<BatchFile, 'read'> {
  bytes?: Uint8Array;
}

export type FileInspector = (file: FileTask) => Promise<FileOutcome>;

/** @param threads that the models may use, here and now. */
export function createFileInspector(setup: BatchSetup, threads: number): FileInspector {
  const { fetchRemote, ...options } = setup;
  const fetcher: { fetchRemote?: GuardedFetch } =
    fetchRemote === true ? { fetchRemote: createGuardedFetch() } : {};
  const inspector: Inspector = createInspector({
    ...options,
    ...fetcher,
    models: createModelStore({ threads }),
  });
  return async ({ path, bytes, manifestData }) => {
    try {
      const read = bytes ?? (await readImageFile(path, options.limits));
      const report = await inspector.inspect(read, {
        ...(path === '-' ? {} : { path }),
        ...(manifestData === undefined ? {} : { manifestData }),
      });
      return { path, report };
    } catch (error) {
      return { path, error: problemOf(error) };
    }
  };
}

export function problemOf(error: unknown): FileProblem {
  if (isImprintError(error)) return { code: error.code, message: error.message };
  // One file must not keep the others from being told; nor may a mistake of ours pass for one of theirs.
  return { code: 'INTERNAL', message: `internal error: ${printable(errorMessage(error), 300)}` };
}
