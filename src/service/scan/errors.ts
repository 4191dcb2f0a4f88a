import { ImprintError } from '../../core/index.js';

export type ScanErrorCode =
  /** The report file holds something else, or another scan writes it. */
  | 'SCAN_REPORT'
  /** A line of a list or report that is too long to be one. */
  | 'SCAN_LINE'
  /** Redis does not answer. */
  | 'SCAN_QUEUE'
  /** No such bucket or object. */
  | 'STORAGE_NOT_FOUND'
  /** The storage refuses the credentials, or there are none. */
  | 'STORAGE_DENIED'
  /** Whatever else the storage says. */
  | 'STORAGE_FAILED';

export class ScanError extends ImprintError<ScanErrorCode> {}
