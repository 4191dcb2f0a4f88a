/** What every marking and signing verb lets its user say in the manifest, and where the manifest goes. */
import type { CreatorMetadata, SignImageOptions, TrainingMining } from '../c2pa/index.js';
import type { Pixels } from '../image/index.js';
import { encodeImage, resizePixels } from '../image/index.js';

export interface ManifestOptions {
  /** Who made the image and under which rights (`cawg.metadata`). Default: nothing is stated. */
  metadata?: CreatorMetadata;
  /** What others may do with it. Default 'notAllowed' (in an update: not stated); null states nothing. */
  trainingMining?: TrainingMining | null;
  /** Put a small JPEG of the image into the manifest, for viewers. Default false. */
  thumbnail?: boolean;
  /** https address where the manifest will be found, written into the file's XMP. Default: none. */
  remoteManifest?: string;
  /** False leaves the manifest out of the file: `manifest` of the result is its only copy. Default true. */
  embed?: boolean;
}

const THUMBNAIL_SIDE = 256;
const THUMBNAIL_QUALITY = 80;

/** The part that goes into a template. */
export function statedIn(
  options: ManifestOptions,
): Pick<ManifestOptions, 'metadata' | 'trainingMining'> {
  const { metadata, trainingMining } = options;
  return {
    ...(metadata === undefined ? {} : { metadata }),
    ...(trainingMining === undefined ? {} : { trainingMining }),
  };
}

/** The part that goes to `signImage`. @param pixels gives those of the picture, for a thumbnail. */
export async function deliveryOf(
  options: ManifestOptions,
  pixels: () => Pixels | Promise<Pixels>,
): Promise<Pick<SignImageOptions, 'thumbnail' | 'remoteUrl' | 'embed'>> {
  const { thumbnail = false, remoteManifest, embed } = options;
  return {
    ...(thumbnail ? { thumbnail: await thumbnailOf(await pixels()) } : {}),
    ...(remoteManifest === undefined ? {} : { remoteUrl: remoteManifest }),
    ...(embed === undefined ? {} : { embed }),
  };
}

/** At most 256 pixels on a side, never larger than the picture. */
async function thumbnailOf(pixels: Pixels): Promise<{ bytes: Uint8Array; mime: 'image/jpeg' }> {
  const scale = Math.min(1, THUMBNAIL_SIDE / Math.max(pixels.width, pixels.height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  const small = await resizePixels(pixels, side(pixels.width), side(pixels.height));
  const bytes = await encodeImage(small, { format: 'jpeg', quality: THUMBNAIL_QUALITY });
  return { bytes, mime: 'image/jpeg' };
}
