/** What the service itself refuses. Codes are API (docs/service.md); problem.ts gives each its HTTP status. */
import { ImprintError } from '../core/index.js';

export type ServiceErrorCode =
  /** Parameters, headers or a JSON body that break the schema. */
  | 'REQUEST_INVALID'
  /** No such path or resource. */
  | 'NOT_FOUND'
  | 'METHOD_NOT_ALLOWED'
  /** A body of a type that this path does not take. */
  | 'MEDIA_TYPE'
  | 'BODY_TOO_LARGE'
  /** The body ended before its stated length, or a multipart body is broken. */
  | 'BODY_INCOMPLETE'
  | 'URI_TOO_LONG'
  | 'TOO_MANY_HEADERS'
  /** No API key, or one that is not known. */
  | 'UNAUTHENTICATED'
  /** The key lacks the scope. */
  | 'FORBIDDEN'
  | 'RATE_LIMITED'
  /** One client has as many requests in work as it may. */
  | 'CLIENT_BUSY'
  /** Every worker is busy and the queue is full. */
  | 'QUEUE_FULL'
  /** Redis does not answer. */
  | 'QUEUE_UNREACHABLE'
  | 'SHUTTING_DOWN'
  /** The work took longer than its limit and was stopped. */
  | 'WORK_TIMEOUT'
  /** The thread that did the work died, as it does when its memory limit is reached. */
  | 'WORKER_LOST'
  /** The client went away before the work began. */
  | 'CANCELLED'
  /** A URL that was refused, or that could not be fetched. */
  | 'URL_NOT_FETCHED'
  /** The job is not done yet, or has no such result. */
  | 'JOB_NOT_READY'
  /** This server is not set up for it (no signer, no registry). */
  | 'NOT_CONFIGURED'
  | 'INTERNAL';

export interface FieldError {
  /** JSON pointer or parameter name. */
  field: string;
  message: string;
}

export class ServiceError extends ImprintError<ServiceErrorCode> {
  /** Seconds after which another attempt makes sense. */
  readonly retryAfter: number | undefined;
  readonly fields: readonly FieldError[] | undefined;

  constructor(options: {
    code: ServiceErrorCode;
    message: string;
    cause?: unknown;
    retryAfter?: number;
    fields?: readonly FieldError[];
  }) {
    super(options);
    this.retryAfter = options.retryAfter;
    this.fields = options.fields;
  }
}

/** An error of the library that came from another thread or process: its class is lost, its code is not. */
export class WorkError extends ImprintError {}
