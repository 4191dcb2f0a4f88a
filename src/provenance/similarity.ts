/** What a distance between two fingerprints means, by what was measured (docs/registry.md). */
import { hammingDistance } from '../core/index.js';
import type { Fingerprint } from '../image/index.js';

/** Bits of a PDQ hash. */
const BITS = 256;
/** Nearly all re-encoded and resized copies lie within it. */
export const SAME_PICTURE = 31;

/** A hash of a picture with so little in it says nothing. */
const USABLE_QUALITY = 50;

/** 0..100: the share of equal bits. Unrelated pictures have about 50. */
export function similarityOf(distance: number): number {
  return Math.round((100 * (BITS - distance)) / BITS);
}

/**
 * The least distance between a stored fingerprint and those of a picture in its eight positions.
 *
 * @returns null where one of them says too little.
 */
export function distanceTo(
  stored: { hash: string; quality: number } | null,
  variants: readonly Fingerprint[],
): number | null {
  const quality = Math.min(stored?.quality ?? 0, variants[0]?.quality ?? 0);
  if (stored === null || quality < USABLE_QUALITY) return null;
  return Math.min(...variants.map(({ hash }) => hammingDistance(hash, stored.hash)));
}

export type FoundBy = 'file' | 'watermark' | 'fingerprint';

/** One sentence for people. It never says "verified": nothing here proves that the manifest is about these pixels. */
export function statementOf(by: FoundBy, distance: number | null): string {
  const bits = distance === null ? '' : `${distance} of ${BITS} fingerprint bits differ`;
  switch (by) {
    case 'file':
      return 'associated by its bytes: this very file was registered';
    case 'watermark':
      if (distance === null) {
        return 'associated by its watermark; there is too little in the picture to compare fingerprints';
      }
      return distance <= SAME_PICTURE
        ? `associated by its watermark, and the picture looks the same (${bits})`
        : `associated by its watermark, but the picture looks different (${bits}): cropped, turned or edited since, or the mark was lifted from the registered image`;
    case 'fingerprint':
      return `associated by likeness alone (${bits}): a copy or version of the registered image, or a picture that looks like it`;
  }
}
