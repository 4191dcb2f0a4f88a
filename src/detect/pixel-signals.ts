/**
 * The signals that look at the picture itself, marks apart. A signal plugs in with one import and one timed call here,
 * and nowhere else: what it reports goes into `pixels`, what it means into `evidence`.
 */
import type { DecodedImage } from '../image/index.js';
import type { ModelStore } from '../onnx/index.js';
import type { Evidence } from './evidence.js';
import type { PixelsReport } from './pixels-report.js';
import { readForensics } from './signals/forensics/evidence.js';
import { classifierEvidence } from './signals/classifier/evidence.js';
import { readClassifier } from './signals/classifier/read.js';
import type { MetadataView } from './signals/metadata/view.js';

/** What a pixel signal may look at. */
export interface PixelInput {
  /** The whole file: quantisation tables, thumbnails. */
  bytes: Uint8Array;
  /** Decoded, upright, sRGB. */
  image: DecodedImage;
  /** Metadata, as its readers see it. */
  view: MetadataView;
  /** Keeps what it loaded, so that a model is opened once for many files; null: no models here. */
  models: ModelStore | null;
  /** Whether maps over the image are wanted (`ClassifierReport.heatmap`). */
  heatmap: boolean;
}

export interface PixelFindings {
  /** Absent while no signal ran: a layer that did not run is never invented. */
  pixels?: PixelsReport;
  evidence: Evidence[];
}

/** Runs and times one stage; its name is the key in the report's `timings`. */
export type Timed = <T>(stage: string, work: () => T | Promise<T>) => Promise<T>;

/** Each signal is one line that runs it, and its part of what is returned. */
export async function readPixelSignals(input: PixelInput, timed: Timed): Promise<PixelFindings> {
  const forensics = await timed('forensics', () => readForensics(input));
  const { models } = input;
  const classifier =
    models === null ? null : await timed('classifier', () => readClassifier({ ...input, models }));
  return {
    pixels: { ...(classifier === null ? {} : { classifier }), forensics: forensics.observations },
    evidence: [
      ...(classifier === null ? [] : [classifierEvidence(classifier)]),
      ...forensics.evidence,
    ],
  };
}
