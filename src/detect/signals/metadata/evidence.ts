/** Every metadata reader over one file. */
import type { DecodedImage, ImageLimits } from '../../../image/index.js';
import type { Evidence } from '../../evidence.js';
import { buildMetadataView } from './build-view.js';
import { METADATA_READERS } from './readers/index.js';
import type { MetadataView } from './view.js';

export function metadataEvidence(view: MetadataView): Evidence[] {
  return METADATA_READERS.flatMap((reader) => reader.read(view));
}

/** What the metadata of a file says about its origin, without the rest of an inspection. */
export async function readMetadataEvidence(
  bytes: Uint8Array,
  image: Pick<DecodedImage, 'format' | 'exif' | 'xmp'>,
  limits: Partial<ImageLimits> = {},
): Promise<Evidence[]> {
  return metadataEvidence(await buildMetadataView(bytes, image, limits));
}
