/** Embedding as the verbs need it: a mark or a typed error, never an unmarked image passed on. */
import type { Pixels } from '../image/index.js';
import type { EmbedOptions, EmbedResult, WatermarkKey } from '../watermark/index.js';
import { embedWatermark } from '../watermark/index.js';
import { ProvenanceError } from './errors.js';

/** How strong the mark may be; the marking verbs pass these on as they are. */
export interface StrengthOptions {
  /** Watermark strength, 0.1..4, 1 = the codec's own choice at its quality floor. Default 1. */
  strength?: number;
  /** Lowest PSNR in dB that marking may leave, 20..80; lower hides a mark in flatter pictures. Default 42. */
  minPsnr?: number;
  /** Lowest SSIM that marking may leave, 0..0.9999. Default 0.99. */
  minSsim?: number;
}

/** The part of a verb's options that is about strength, without what was not given. */
export function strengthOf(options: StrengthOptions): StrengthOptions {
  const { strength, minPsnr, minSsim } = options;
  return {
    ...(strength === undefined ? {} : { strength }),
    ...(minPsnr === undefined ? {} : { minPsnr }),
    ...(minSsim === undefined ? {} : { minSsim }),
  };
}

const WHY: Record<NonNullable<EmbedResult['reason']>, string> = {
  'too-small': 'the image is too small',
  'too-flat': 'the image has too little texture to hide a mark in',
  'too-busy': 'the image is so busy that it drowns the mark',
  'too-weak': 'the strength or the quality floor that was asked for leaves too little of the mark',
};

/** @throws ProvenanceError MARK_NOT_EMBEDDED */
export function embedOrThrow(
  pixels: Pixels,
  options: EmbedOptions & { key: WatermarkKey },
): EmbedResult {
  const result = embedWatermark(pixels, options);
  if (!result.embedded) {
    const why = WHY[result.reason ?? 'too-flat'];
    throw new ProvenanceError({
      code: 'MARK_NOT_EMBEDDED',
      message: `no watermark was embedded: ${why}${result.advice === undefined ? '' : `; ${result.advice}`}`,
    });
  }
  return result;
}
