/** Marked pixels -> file bytes that hold the mark: what a lossy format kept of it is read back. */
import type { EncodeOptions, Pixels } from '../image/index.js';
import { decodeImage, encodeImage } from '../image/index.js';
import type { WatermarkKey } from '../watermark/index.js';
import { extractExpected } from '../watermark/index.js';
import { ProvenanceError } from './errors.js';

export interface EncodedMark {
  encoded: Uint8Array;
  warnings: string[];
}

interface Mark {
  payload: string;
  key: WatermarkKey;
}

/** `blind`: by whoever has the key. `targeted`: only by who also knows the payload. */
type Reading = 'blind' | 'targeted' | 'none';

/** Qualities that are tried when one was too low. A reading that fails takes seconds, so they are few. */
const QUALITIES = [10, 25, 50, 65, 80, 90, 100];
/** AVIF's; those of JPEG and WebP are higher. */
const LOWEST_DEFAULT = 65;
/** As in a report on a file whose credentials declare the payload: two questions share 1e-9. */
const MAX_FALSE_POSITIVE = 5e-10;

/**
 * @throws ProvenanceError MARK_LOST_IN_ENCODING when the file would not hold the mark, with the quality that would;
 *   ImageError IMAGE_ENCODE, IMAGE_TIMEOUT.
 */
export async function encodeMarked(
  pixels: Pixels,
  mark: Mark,
  options: EncodeOptions,
): Promise<EncodedMark> {
  const encoded = await encodeImage(pixels, options);
  // These keep the very pixels in which the mark was read when it was embedded.
  if (options.format === 'png' || options.format === 'tiff') return { encoded, warnings: [] };
  const reading = await readBack(encoded, mark);
  if (reading === 'blind') return { encoded, warnings: [] };
  const { format, quality } = options;
  const at = `${format} at ${quality === undefined ? 'its default quality' : `quality ${quality}`}`;
  const holds = await qualityThatHolds(pixels, mark, options);
  const instead =
    holds === null
      ? `no quality of ${format} holds it, png does`
      : `quality ${holds} holds it, png does in any case`;
  if (reading === 'targeted') {
    const worn = `${at} leaves a mark that is found only by who knows its payload ${mark.payload}, not read blind`;
    return { encoded, warnings: [`${worn}; ${instead}`] };
  }
  throw new ProvenanceError({
    code: 'MARK_LOST_IN_ENCODING',
    message: `${at} leaves no readable watermark; ${instead}`,
  });
}

async function readBack(encoded: Uint8Array, { payload, key }: Mark): Promise<Reading> {
  // No limits of the caller's: the bytes are our own, of a picture that was let in.
  const { pixels } = await decodeImage(encoded, NO_LIMITS);
  const { result, asked } = extractExpected(pixels, {
    keys: [key],
    expected: payload,
    maxFalsePositive: MAX_FALSE_POSITIVE,
  });
  if (result.payload !== payload) return 'none';
  return asked ? 'targeted' : 'blind';
}

const ANY = Number.MAX_SAFE_INTEGER;
const NO_LIMITS = {
  maxBytes: ANY,
  maxPixels: ANY,
  maxChunks: ANY,
  maxTextBytes: ANY,
  maxTextBytesTotal: ANY,
  timeoutSeconds: 0,
};

/** The lowest of a few qualities, above the one that was asked for, at which the mark is read blind; null for none. */
async function qualityThatHolds(
  pixels: Pixels,
  mark: Mark,
  options: EncodeOptions,
): Promise<number | null> {
  const above = QUALITIES.filter((quality) => quality > (options.quality ?? LOWEST_DEFAULT));
  let holds: number | null = null;
  let [low, high] = [0, above.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const quality = above[middle]!;
    const encoded = await encodeImage(pixels, { ...options, quality });
    if ((await readBack(encoded, mark)) === 'blind') {
      holds = quality;
      high = middle;
    } else low = middle + 1;
  }
  return holds;
}
