import { ImprintError } from '../core/index.js';

export type ProvenanceErrorCode =
  /** The image cannot hold the mark at the quality floor. */
  | 'MARK_NOT_EMBEDDED'
  /** The format at this quality leaves no mark that can be read. */
  | 'MARK_LOST_IN_ENCODING'
  /** It carries a readable watermark already. */
  | 'MARK_ALREADY_MARKED'
  /** A source was stated for an image whose own credentials state it. */
  | 'MARK_SOURCE_STATED';

export class ProvenanceError extends ImprintError<ProvenanceErrorCode> {}
