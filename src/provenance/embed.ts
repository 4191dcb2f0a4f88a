/** Embedding as the verbs need it: a mark or a typed error, never an unmarked image passed on. */
import type { Pixels } from '../image/index.js';
import type { EmbedResult, WatermarkKey } from '../watermark/index.js';
import { embedWatermark } from '../watermark/index.js';
import { ProvenanceError } from './errors.js';

export function embedOrThrow(
  pixels: Pixels,
  options: { payload: string; key: WatermarkKey; strength: number | undefined },
): EmbedResult {
  const { payload, key, strength } = options;
  const result = embedWatermark(pixels, {
    payload,
    key,
    ...(strength === undefined ? {} : { strength }),
  });
  if (!result.embedded) {
    const why =
      result.reason === 'too-small'
        ? `the image is too small (${pixels.width}x${pixels.height})`
        : 'the image has too little texture to hide a mark in';
    throw new ProvenanceError({
      code: 'MARK_NOT_EMBEDDED',
      message: `no watermark was embedded: ${why}${result.advice === undefined ? '' : `; ${result.advice}`}`,
    });
  }
  return result;
}
