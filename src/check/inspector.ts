/** Looks at files with the library's inspector; what is wrong with a file is an answer, not an exception. */
import { errorMessage, isImprintError, printable } from '../core/index.js';
import type { ImageErrorCode, Inspector, Report, TrustList } from '../provenance/index.js';
import {
  createInspector,
  createWatermarkKey,
  ImageError,
  loadRubric,
  parseRubric,
  PUBLIC_KEY,
  readImageFile,
  RUBRIC_NAMES,
} from '../provenance/index.js';
import type { CheckFile, Inspected, InspectFile, InspectSettings, Problem } from './model.js';

/** What an inspector is made from. Plain data, so that it can be sent to a worker thread. */
export interface InspectorSetup {
  trust: readonly TrustList[];
  /** Secret watermark keys to try besides the public one. */
  keys: readonly { id: string; secret: Uint8Array }[];
  /** RFC 3339 time at which certificates are judged; null for now. */
  at: string | null;
  /** Text of each rubric that is a file, by the name the policy gives it. */
  rubrics: Readonly<Record<string, string>>;
}

const KINDS: Record<ImageErrorCode, Problem['kind']> = {
  IMAGE_NOT_FOUND: 'unreadable',
  IMAGE_NOT_A_FILE: 'unreadable',
  IMAGE_UNREADABLE: 'unreadable',
  IMAGE_TIMEOUT: 'unreadable',
  IMAGE_ENCODE: 'unreadable',
  IMAGE_EMPTY: 'unsupported',
  IMAGE_TOO_LARGE: 'unsupported',
  IMAGE_TOO_MANY_PIXELS: 'unsupported',
  IMAGE_UNSUPPORTED: 'unsupported',
  IMAGE_MALFORMED: 'unsupported',
  IMAGE_CONTAINER_LIMIT: 'unsupported',
};
const LFS_POINTER = 'version https://git-lfs.github.com/spec/v1';

export function createFileInspector(setup: InspectorSetup): InspectFile {
  const inspectors = new Map<string, Promise<Inspector>>();
  return async (file, settings) => {
    try {
      const key = JSON.stringify(settings);
      const made = inspectors.get(key) ?? inspectorFor(setup, settings);
      inspectors.set(key, made);
      const bytes = await readBytes(file);
      if (isLfsPointer(bytes)) return { problem: lfsPointer };
      return { report: compact(await (await made).inspect(bytes, { path: file.path })) };
    } catch (error) {
      return { problem: problemOf(error, file) };
    }
  };
}

async function inspectorFor(
  { trust, keys, at, rubrics }: InspectorSetup,
  { watermark, rubric }: InspectSettings,
): Promise<Inspector> {
  return createInspector({
    trust: { lists: trust },
    keys: [...keys.map(({ id, secret }) => createWatermarkKey(id, secret)), PUBLIC_KEY],
    watermark,
    // Hints, which no rule goes by, and four fifths of the time.
    pixelSignals: false,
    ...(at === null ? {} : { validationTime: new Date(at) }),
    ...(rubric === null ? {} : { rubric: await rubricOf(rubric, rubrics) }),
  });
}

async function rubricOf(name: string, texts: InspectorSetup['rubrics']) {
  const shipped = RUBRIC_NAMES.find((known) => known === name);
  return shipped === undefined ? parseRubric(texts[name] ?? '') : loadRubric(shipped);
}

/** The bytes of a file on disk or of a revision. @throws ImageError */
export async function readBytes({ absolute, load }: CheckFile): Promise<Uint8Array> {
  if (load !== undefined) return load();
  return readImageFile(absolute ?? '');
}

function isLfsPointer(bytes: Uint8Array): boolean {
  if (bytes.length > 1024) return false;
  return Buffer.from(bytes).toString('latin1').startsWith(LFS_POINTER);
}

const lfsPointer: Problem = {
  kind: 'unsupported',
  message: 'a Git LFS pointer, not the image: fetch it with `git lfs pull`',
  code: 'GIT_LFS_POINTER',
};

/** The rules say which file; a message that begins with its path would say so twice. */
export function problemOf(error: unknown, { absolute }: CheckFile): Problem {
  if (!isImprintError(error)) {
    // One file must not keep the others from being told; nor must a mistake of ours pass for one of theirs.
    const message = `internal error: ${printable(errorMessage(error), 300)}`;
    return { kind: 'unreadable', message, code: 'CHECK_INTERNAL' };
  }
  const prefix = absolute === null ? '' : `${printable(absolute)}: `;
  const text = printable(error.message, 500);
  return {
    kind: error instanceof ImageError ? KINDS[error.code] : 'unsupported',
    message: text.startsWith(prefix) ? text.slice(prefix.length) : text,
    code: error.code,
  };
}

/** What rules and reports use: no timings, no fields that people are named in. */
function compact(report: Report): Report {
  return {
    ...report,
    metadata: { system: [], personal: { redacted: 0 } },
    credentials: { ...report.credentials, store: null },
    timings: {},
  };
}

/** An answer under the path by which the file is asked for now. */
export function underPath(inspected: Inspected, path: string): Inspected {
  if ('problem' in inspected) return inspected;
  const { report } = inspected;
  return { report: { ...report, file: { ...report.file, path } } };
}
