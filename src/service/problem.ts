/** RFC 9457 problem details: one table from stable codes to HTTP statuses. */
import { errorMessage, isImprintError, printable } from '../core/index.js';
import type {
  C2paErrorCode,
  GenerateErrorCode,
  ImageErrorCode,
  OnnxErrorCode,
  ProvenanceErrorCode,
  RegistryErrorCode,
} from '../provenance/index.js';
import type { FieldError, ServiceErrorCode } from './errors.js';
import { ServiceError } from './errors.js';

export interface Problem {
  /** Relative reference to the entry of the docs page. */
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The request's path. */
  instance: string;
  /** Stable; see docs/service.md. */
  code: string;
  requestId: string;
  errors?: readonly FieldError[];
}

interface Kind {
  status: number;
  title: string;
  /** The message is for the log alone: it may say something about this machine or its network. */
  hidden?: true;
}

const SERVICE: Record<ServiceErrorCode, Kind> = {
  REQUEST_INVALID: { status: 400, title: 'The request breaks the schema' },
  NOT_FOUND: { status: 404, title: 'There is no such resource' },
  METHOD_NOT_ALLOWED: { status: 405, title: 'The path does not take this method' },
  MEDIA_TYPE: { status: 415, title: 'The path does not take a body of this type' },
  BODY_TOO_LARGE: { status: 413, title: 'The body is too large' },
  BODY_INCOMPLETE: { status: 400, title: 'The body is broken or incomplete' },
  URI_TOO_LONG: { status: 414, title: 'The query is too long' },
  TOO_MANY_HEADERS: { status: 431, title: 'The request has too many header fields' },
  UNAUTHENTICATED: { status: 401, title: 'An API key is needed' },
  FORBIDDEN: { status: 403, title: 'The API key lacks the scope' },
  RATE_LIMITED: { status: 429, title: 'Too many requests' },
  CLIENT_BUSY: { status: 429, title: 'Too many requests at once' },
  QUEUE_FULL: { status: 503, title: 'Every worker is busy' },
  QUEUE_UNREACHABLE: { status: 503, title: 'The queue does not answer' },
  SHUTTING_DOWN: { status: 503, title: 'The server is shutting down' },
  WORK_TIMEOUT: { status: 504, title: 'The work took too long' },
  WORKER_LOST: { status: 500, title: 'The work could not be finished' },
  CANCELLED: { status: 499, title: 'The request was cancelled' },
  URL_NOT_FETCHED: { status: 502, title: 'The URL could not be fetched' },
  JOB_NOT_READY: { status: 409, title: 'The job has no such result' },
  NOT_CONFIGURED: { status: 501, title: 'This server is not set up for it' },
  INTERNAL: { status: 500, title: 'Internal error', hidden: true },
};

const IMAGE: Record<ImageErrorCode, Kind> = {
  IMAGE_NOT_FOUND: { status: 500, title: 'Internal error', hidden: true },
  IMAGE_NOT_A_FILE: { status: 500, title: 'Internal error', hidden: true },
  IMAGE_UNREADABLE: { status: 500, title: 'Internal error', hidden: true },
  IMAGE_EMPTY: { status: 400, title: 'The image is empty' },
  IMAGE_TOO_LARGE: { status: 413, title: 'The image has too many bytes' },
  IMAGE_TOO_MANY_PIXELS: { status: 413, title: 'The image has too many pixels' },
  IMAGE_UNSUPPORTED: { status: 415, title: 'The format is not supported' },
  IMAGE_MALFORMED: { status: 422, title: 'The image is broken' },
  IMAGE_CONTAINER_LIMIT: { status: 422, title: 'The file has too many parts' },
  IMAGE_TIMEOUT: { status: 504, title: 'Decoding took too long' },
  IMAGE_ENCODE: { status: 422, title: 'The image does not fit the format' },
};

const MARK: Record<ProvenanceErrorCode, Kind> = {
  MARK_NOT_EMBEDDED: { status: 422, title: 'The image cannot hold the mark' },
  MARK_LOST_IN_ENCODING: { status: 422, title: 'The format leaves no readable mark' },
  MARK_ALREADY_MARKED: { status: 409, title: 'The image is marked already' },
  MARK_SOURCE_STATED: { status: 409, title: 'The image states its source itself' },
};

const GENERATE: Record<GenerateErrorCode, Kind> = {
  GENERATE_PROMPT_EMPTY: { status: 422, title: 'The prompt is empty' },
  GENERATE_PROMPT_UNREADABLE: { status: 422, title: 'The prompt cannot be read' },
  GENERATE_PROMPT_TOO_LONG: { status: 422, title: 'The prompt is too long' },
  GENERATE_OPTION: { status: 422, title: 'The generator cannot do that' },
  GENERATE_PIPELINE_INVALID: { status: 500, title: 'The generator is broken', hidden: true },
  GENERATE_NAN: { status: 500, title: 'The generator failed' },
  GENERATE_ABORTED: { status: 499, title: 'The request was cancelled' },
};

const C2PA: Record<C2paErrorCode, Kind> = {
  C2PA_ENGINE: { status: 500, title: 'The credentials engine failed', hidden: true },
  C2PA_ENGINE_CRASHED: { status: 422, title: 'The credentials engine failed on this file' },
  C2PA_UNSUPPORTED_FORMAT: { status: 415, title: 'The format cannot carry credentials' },
  C2PA_SIGN_FAILED: { status: 422, title: 'The file could not be signed' },
  C2PA_CERTIFICATE: { status: 500, title: 'The signer is not usable', hidden: true },
  C2PA_KEY: { status: 500, title: 'The signer is not usable', hidden: true },
  C2PA_SIGNER: { status: 502, title: 'The signer did not answer', hidden: true },
  C2PA_SIGNATURE: { status: 502, title: 'The signer answered no signature', hidden: true },
  C2PA_RUBRIC: { status: 500, title: 'The rubric cannot be read', hidden: true },
  C2PA_TIMESTAMP: { status: 502, title: 'No timestamp could be taken', hidden: true },
  C2PA_FETCH: { status: 502, title: 'The URL could not be fetched', hidden: true },
  C2PA_TRUST_LIST: { status: 500, title: 'A trust list is damaged', hidden: true },
};

const ONNX: Record<OnnxErrorCode, Kind> = {
  ONNX_MANIFEST_INVALID: { status: 500, title: 'A model is damaged', hidden: true },
  ONNX_MODEL_MISSING: { status: 501, title: 'The model is not installed', hidden: true },
  ONNX_HASH_MISMATCH: { status: 500, title: 'A model is damaged', hidden: true },
  ONNX_LOAD_FAILED: { status: 500, title: 'A model cannot be opened', hidden: true },
  ONNX_RUN_FAILED: { status: 500, title: 'A model failed', hidden: true },
};

const REGISTRY: Record<RegistryErrorCode, Kind> = {
  REGISTRY_UNAVAILABLE: { status: 503, title: 'The registry does not answer', hidden: true },
  REGISTRY_LOCKED: { status: 503, title: 'The registry is busy', hidden: true },
  REGISTRY_READ_ONLY: { status: 500, title: 'The registry cannot be written to', hidden: true },
  REGISTRY_CORRUPT: { status: 500, title: 'The registry is damaged', hidden: true },
  REGISTRY_FULL: { status: 507, title: 'The registry is full', hidden: true },
  REGISTRY_NEWER: { status: 500, title: 'The registry is of a later version', hidden: true },
  REGISTRY_UNSUPPORTED: { status: 500, title: 'The registry has no usable address', hidden: true },
  REGISTRY_CONFLICT: { status: 409, title: 'The id is taken by another manifest' },
  REGISTRY_FAILED: { status: 500, title: 'The registry failed', hidden: true },
};

const KINDS: Readonly<Record<string, Kind>> = {
  ...SERVICE,
  ...IMAGE,
  ...MARK,
  ...GENERATE,
  ...C2PA,
  ...ONNX,
  ...REGISTRY,
};

/** Every code that a problem may carry, for the docs page. */
export const PROBLEM_CODES = Object.entries(KINDS).map(([code, { status, title }]) => ({
  code,
  status,
  title,
}));

/** Whether the message under this code is for the log alone. */
export const isHiddenCode = (code: string): boolean => KINDS[code]?.hidden === true;

/** `BODY_TOO_LARGE` -> `body-too-large` */
export const problemSlug = (code: string): string => code.toLowerCase().replaceAll('_', '-');

const HIDDEN_DETAIL = 'The reason is in the log of the server, under this request id.';

/** What express and its parts throw besides our own errors, by what they mean. */
function adopted(error: unknown): ServiceError | null {
  const { status, type } = Object(error) as { status?: unknown; type?: unknown };
  if (status === 413) return new ServiceError({ code: 'BODY_TOO_LARGE', message: tooLarge(error) });
  if (status === 415)
    return new ServiceError({ code: 'MEDIA_TYPE', message: 'the encoding of the body is unknown' });
  if (status !== 400) return null;
  if (type === 'entity.parse.failed') {
    return new ServiceError({ code: 'REQUEST_INVALID', message: 'the body is no JSON' });
  }
  const code = type === 'request.aborted' ? 'BODY_INCOMPLETE' : 'REQUEST_INVALID';
  return new ServiceError({ code, message: 'the request is malformed' });
}

function tooLarge(error: unknown): string {
  const { limit } = Object(error) as { limit?: unknown };
  return typeof limit === 'number' ? `at most ${limit} bytes are taken` : 'the body is too large';
}

/** The stable code of anything thrown; INTERNAL for what is not ours. */
export function codeOf(error: unknown): string {
  const known = isImprintError(error) ? error : adopted(error);
  return known !== null && known.code in KINDS ? known.code : 'INTERNAL';
}

export interface ProblemAnswer {
  problem: Problem;
  retryAfter?: number;
}

export function toProblem(
  error: unknown,
  request: { path: string; requestId: string },
): ProblemAnswer {
  const known = isImprintError(error) ? error : adopted(error);
  const code = codeOf(error);
  const { status, title, hidden } = KINDS[code]!;
  const { retryAfter, fields } = known instanceof ServiceError ? known : {};
  return {
    problem: {
      type: `/problems/${problemSlug(code)}`,
      title,
      status,
      detail: hidden === true ? HIDDEN_DETAIL : printable(errorMessage(known ?? error), 500),
      instance: printable(request.path, 200),
      code,
      requestId: request.requestId,
      ...(fields === undefined ? {} : { errors: fields }),
    },
    ...(retryAfter === undefined ? {} : { retryAfter }),
  };
}
