/** `pixels` of the report: what the picture alone says, apart from marks that were put into it on purpose. */
import type { Pixels } from '../image/index.js';

/**
 * A value per cell of a grid that covers the whole upright picture, row by row from its upper left corner.
 * At most 64 cells a side: it stands in the JSON report.
 */
export interface EvidenceGrid {
  width: number;
  height: number;
  values: number[];
}

/** The trained artefact classifier (docs/detector/). Absent where its model is not installed. */
export interface ClassifierReport {
  /** Name of the model in models/manifest.json. */
  model: string;
  /** Calibrated probability in 0..1 that the image is synthetic, from the pixels alone and a prior of 0.5. */
  score: number;
  /** Natural-log likelihood ratio, capped: what fusion adds up. 0 when the classifier abstains. */
  llr: number;
  /** What the conformal set leaves: one of the two classes, or both (`inconclusive`). */
  decision: 'synthetic' | 'not-synthetic' | 'inconclusive';
  /** Conformal p-value of the picture as a real one: the largest, over sources, share of real pictures that look as synthetic. */
  pReal: number;
  /** Share of real photographs, measured, on which `decision` is `synthetic` at this quality; null when unmeasured, or not judged. */
  falsePositiveRate: number | null;
  /** Crops that were judged, at native resolution; 0 where the picture has too few that show detail, and was not judged. */
  crops: number;
  /** Quality bin whose calibration was used, such as `jpeg-70-85`. */
  quality: string;
  /** Log-likelihood ratio by place, where it was asked for; also of a picture with too few crops to be judged as a whole, unless it is thinner than one. */
  heatmap?: EvidenceGrid;
}

/** A rectangle in pixels of the upright picture. */
export interface Region {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** One observation about how the file or its pixels came about. Never a verdict. */
export interface ForensicObservation {
  /** Stable name, `forensics.what`, such as `forensics.double-jpeg`. */
  id: string;
  /**
   * `observed`: the trace is there. `not-observed`: looked for and not found, which proves nothing.
   * `not-applicable`: cannot be looked for in this file; the finding says why.
   */
  status: 'observed' | 'not-observed' | 'not-applicable';
  /** One sentence: what was seen. Text from the file is already escaped. */
  finding: string;
  /** Such as `jpeg:DQT` or `pixels`. */
  where: string;
  /** One or two sentences: what it can and cannot mean. */
  explain: string;
  /** The numbers behind it, by name with its unit. */
  measured: Record<string, number | string | boolean | null>;
  /** Expected number of such findings on one unremarkable image (NFA) or p-value, where the test has one. */
  falseAlarms?: number;
  /** Where in the picture, when it does not concern all of it. */
  regions?: Region[];
}

/** A picture that a forensic test makes (ELA, spectrum, ghost curve): for eyes, made on demand, never part of the JSON. */
export interface ForensicPicture {
  /** Id of the observation that it belongs to. */
  id: string;
  title: string;
  /** One or two sentences: how to read it, and what it cannot show. */
  caption: string;
  /** At most 1024 pixels a side. */
  pixels: Pixels;
}

export interface PixelsReport {
  classifier?: ClassifierReport;
  forensics: ForensicObservation[];
}
