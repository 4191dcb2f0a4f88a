/** What one observation is worth, and why: the unit that signals produce and fusion adds up. */

export type EvidenceLayer =
  'credentials' | 'watermark' | 'metadata' | 'classifier' | 'forensics' | 'registry';

/**
 * How hard the observation is to fake, strongest first. `cryptographic`: a signature by a trusted
 * signer or a mark under a secret key. `structural`: what a generator leaves in its own shape, its
 * public-key watermark included. `declared`: a statement that nobody vouches for. `statistical`: a
 * calibrated test on pixels. `hint`: worth a look.
 */
export type EvidenceStrength = 'cryptographic' | 'structural' | 'declared' | 'statistical' | 'hint';

/** What the observation says about the image, when it says anything. */
export type EvidenceClaim = 'ai-generated' | 'ai-edited' | 'camera-captured';

export interface Evidence {
  /** Stable name, `layer.what`, such as `metadata.comfyui-graph`. */
  id: string;
  layer: EvidenceLayer;
  /** One sentence: what was found. Text from the file is already escaped. */
  finding: string;
  strength: EvidenceStrength;
  claim: EvidenceClaim | null;
  /**
   * Natural-log likelihood ratio, synthetic against not synthetic: ln(P(finding | synthetic) /
   * P(finding | not synthetic)). 0 when the finding says nothing about that.
   */
  llr: number;
  /** True when anyone with an editor could have put it there. */
  spoofable: boolean;
  /** Container structure that carries it, such as `png:tEXt "parameters"`. */
  where: string;
  /** One or two sentences: what it can and cannot mean. */
  explain: string;
  /** The tool or vendor it names, if any; two different ones clash. */
  vendor?: string;
  /**
   * Probability of seeing this on an image of which it is not true, where one is known: proved for marks, measured on
   * photographs for `statistical`.
   */
  falsePositiveRate?: number;
  /** Ids of the evidence that this finding speaks against: the two cannot both be about this image as it is. */
  contradicts?: string[];
  /** True when a test ran and could not decide, which is not the same as finding nothing. */
  abstains?: boolean;
}

/** Rank for sorting and precedence, 0 = strongest. */
export const STRENGTH_RANK: Record<EvidenceStrength, number> = {
  cryptographic: 0,
  structural: 1,
  declared: 2,
  statistical: 3,
  hint: 4,
};
