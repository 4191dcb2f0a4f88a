/**
 * What every container reader hands out. One policy for damage in all of them: a reader never
 * throws for a length that lies or a file that ends early. It keeps the entry, clipped to the bytes
 * that are there, marks it `truncated` and stops. Only a wrong signature (IMAGE_MALFORMED) and the
 * limits (IMAGE_CONTAINER_LIMIT) throw. Evidence in the intact part of a broken file stays readable.
 */
import { ImageError } from '../errors.js';

export interface ContainerEntry {
  /** `jpeg:APP1`, `png:tEXt`, `riff:VP8X`, `box:meta`, `tiff:ifd0`, `gif:comment`, `trailer`... */
  readonly kind: string;
  /** First byte of the entry (its header) in the file. */
  readonly offset: number;
  /** Bytes from `offset` to the end of the entry, header and checksum included. */
  readonly length: number;
  /** The place in words, such as `png:tEXt "parameters" @1234`; holds no control characters. */
  readonly where: string;
  /** The entry says that it is longer than what is left of the file. */
  readonly truncated?: boolean;
}

/** Counts entries and throws IMAGE_CONTAINER_LIMIT at the limit. */
export function createCounter(limit: number, what: string): () => void {
  let count = 0;
  return () => {
    if (++count > limit) {
      throw new ImageError({
        code: 'IMAGE_CONTAINER_LIMIT',
        message: `image: more than ${limit} ${what}`,
      });
    }
  };
}

/** The error for bytes that lack the signature of the format they were read as. */
export function wrongSignature(format: string): ImageError {
  return new ImageError({ code: 'IMAGE_MALFORMED', message: `image: not a ${format} file` });
}
