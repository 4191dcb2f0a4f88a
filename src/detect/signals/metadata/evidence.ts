/** Every metadata reader over one file. */
import type { ImageLimits } from '../../../image/index.js';
import type { Evidence } from '../../evidence.js';
import type { MetadataItem } from '../../report.js';
import type { ViewedImage } from './build-view.js';
import { buildMetadataView } from './build-view.js';
import { METADATA_READERS } from './readers/index.js';
import { SOFTWARE_TAG_ID } from './readers/software-tag.js';
import type { MetadataView } from './view.js';

export interface MetadataMarks {
  evidence: Evidence[];
  /** What the marks tell about the making, each fact once per place. */
  parameters: MetadataItem[];
}

/** Of one reader: what says the same thousands of times is told often enough. */
const MAX_MARKS = 50;

export function readMarks(view: MetadataView): MetadataMarks {
  const all = METADATA_READERS.flatMap((reader) => reader.read(view).slice(0, MAX_MARKS));
  // A name in a field for software adds nothing to the tool's own settings.
  const vendors = all.filter(({ evidence }) => evidence.id !== SOFTWARE_TAG_ID);
  const marks = all.filter(
    ({ evidence }) =>
      evidence.id !== SOFTWARE_TAG_ID ||
      !vendors.some((other) => other.evidence.vendor === evidence.vendor),
  );
  const parameters = marks.flatMap(({ evidence, parameters: found }) =>
    found.map(({ name, value }) => ({ name, value, where: evidence.where })),
  );
  const seen = new Set<string>();
  return {
    evidence: marks.map(({ evidence }) => evidence),
    // The same settings often stand twice, in a text chunk and in the pixels: the first place will do.
    parameters: parameters.filter(({ name, value }) => {
      const fact = `${name}\0${value}`;
      return !seen.has(fact) && seen.add(fact);
    }),
  };
}

/** What the metadata of a file says about its origin, without the rest of an inspection. */
export async function readMetadataEvidence(
  bytes: Uint8Array,
  image: ViewedImage,
  limits: Partial<ImageLimits> = {},
): Promise<Evidence[]> {
  return readMarks(await buildMetadataView(bytes, image, limits)).evidence;
}
