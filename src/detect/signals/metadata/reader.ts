/** A metadata reader knows the marks that one tool, vendor or standard leaves. */
import type { Evidence } from '../../evidence.js';
import type { Parameter } from './parameters.js';
import type { MetadataView } from './view.js';

/** What docs/metadata.md says about a reader; written beside the code that it describes. */
export interface ReaderGuide {
  tool: string;
  /** Where the marks stand, with their exact keys. */
  carriers: string;
  proves: string;
  /** What else may put the mark there. */
  spoofs: string;
}

/** One mark found: what it is worth, and what it tells about the making. */
export interface Mark {
  evidence: Evidence;
  /** Technical facts for the report: model, sampler, seed. Never a prompt, a name or a path. */
  parameters: Parameter[];
}

export interface MetadataReader {
  id: string;
  guide: ReaderGuide;
  /** Marks in the order found; empty when the tool left nothing. Never throws. */
  read(view: MetadataView): Mark[];
}

/** One reader per file, one line in `readers/index.ts`. */
export function defineReader(reader: MetadataReader): MetadataReader {
  return reader;
}

/** Natural-log likelihood ratios by kind of finding; set by judgement, not yet fitted on data. */
export const METADATA_LLR = {
  /** A signature over pixels and settings, by a key that only the generator has. */
  cryptographic: 12,
  /** A generator's own data structure. Nobody adds a ComfyUI graph to a photograph by accident. */
  structural: 7,
  /** An unsigned label that says "AI". Easily written, but rarely written falsely. */
  declared: 4,
  /** Points towards AI without saying so. */
  hint: 1,
  /** Camera tags with a Maker Note: typical of a camera, and copied in a second. */
  camera: -1,
} as const;

type MarkStrength = Exclude<Evidence['strength'], 'statistical'>;

interface MarkDetails extends Pick<
  Evidence,
  'id' | 'finding' | 'claim' | 'where' | 'explain' | 'vendor'
> {
  strength: MarkStrength;
  /** Default: by strength, and 0 without a claim. */
  llr?: number;
  parameters?: Parameter[];
}

/** A mark with what all marks in metadata have in common filled in. */
export function mark({ parameters = [], ...details }: MarkDetails): Mark {
  const { strength, claim } = details;
  return {
    evidence: {
      layer: 'metadata',
      llr: claim === null ? 0 : METADATA_LLR[strength],
      spoofable: strength !== 'cryptographic',
      ...details,
    },
    parameters,
  };
}
