import { ImprintError } from '../core/index.js';

export type ProvenanceErrorCode =
  /** The image cannot hold the mark at the quality floor. */
  | 'MARK_NOT_EMBEDDED'
  /** It carries a readable watermark already. */
  | 'MARK_ALREADY_MARKED'
  /** The output format cannot carry a picture with credentials. */
  | 'MARK_FORMAT';

export class ProvenanceError extends ImprintError<ProvenanceErrorCode> {}
