/** What can go wrong with bytes that claim to be a picture. Codes are API and never renamed. */
import { ImprintError } from '../core/index.js';

export type ImageErrorCode =
  /** No such file. */
  | 'IMAGE_NOT_FOUND'
  /** A directory, device, pipe or socket where a regular file was expected. */
  | 'IMAGE_NOT_A_FILE'
  /** The file exists, but the system would not let it be read. */
  | 'IMAGE_UNREADABLE'
  /** Zero bytes. */
  | 'IMAGE_EMPTY'
  /** More bytes than `maxBytes`. */
  | 'IMAGE_TOO_LARGE'
  /** More pixels than `maxPixels`, or a side longer than `maxSide`. */
  | 'IMAGE_TOO_MANY_PIXELS'
  /** No format known here, or a known one that cannot be decoded. */
  | 'IMAGE_UNSUPPORTED'
  /** The format is known and the bytes break its rules (truncated files too). */
  | 'IMAGE_MALFORMED'
  /** More chunks, boxes, frames or nesting than the limits allow. */
  | 'IMAGE_CONTAINER_LIMIT'
  /** Decoding or encoding took longer than `timeoutSeconds`. */
  | 'IMAGE_TIMEOUT'
  /** The picture or its metadata does not fit the output format. */
  | 'IMAGE_ENCODE';

export class ImageError extends ImprintError<ImageErrorCode> {}
