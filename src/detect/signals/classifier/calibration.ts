/**
 * A picture's pooled logit -> calibrated log-odds, decision and false-positive rate. All numbers come from
 * models/classifier-calibration.json, which bench/detect/calibrate.ts writes from pictures of sources that the
 * training never saw.
 */
import { OnnxError } from '../../../onnx/index.js';
import type { QualityBin } from './quality.js';
import { QUALITY_BINS } from './quality.js';

export interface ClassifierCalibration {
  readonly schemaVersion: 4;
  /** SHA-256 of the graph that it belongs to. */
  readonly model: string;
  /** Crops per picture that it was fitted with. */
  readonly crops: number;
  /** Bound on the absolute log-likelihood ratio. */
  readonly cap: number;
  /** Miscoverage at which a class is excluded. */
  readonly alpha: { readonly real: number; readonly synthetic: number };
  /** log-odds = slope * pooled + bias of the file's quality: JPEG takes traces away, so less of them says as much. */
  readonly slope: number;
  readonly bias: Readonly<Record<QualityBin, number>>;
  /** By quality, the share of real photographs that the conformal rule calls synthetic; null when there are too few. */
  readonly falsePositiveRate: Readonly<Record<QualityBin, number | null>>;
  /**
   * Pooled logits of the calibration pictures, ascending; of the real ones a list for each source. Decisions compare with these, files of all
   * qualities alike, and not with log-odds: equal logits must not be decided differently by the format of their file.
   */
  readonly conformal: {
    readonly real: readonly (readonly number[])[];
    readonly synthetic: readonly number[];
  };
}

export interface Calibrated {
  /** Log-likelihood ratio, capped, whatever the decision. */
  logOdds: number;
  decision: 'synthetic' | 'not-synthetic' | 'inconclusive';
  /** Share of real calibration pictures that look at least as synthetic, (1 + k) / (n + 1), of the source where it is largest. */
  pReal: number;
}

/** @throws OnnxError ONNX_MANIFEST_INVALID when it is not what bench/detect/calibrate.ts writes. */
export function parseCalibration(bytes: Uint8Array): ClassifierCalibration {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    value = null;
  }
  if (!isCalibration(value)) {
    throw new OnnxError({
      code: 'ONNX_MANIFEST_INVALID',
      message:
        'classifier-calibration.json is not what this version reads; install the package anew',
    });
  }
  return value;
}

/** Anything, read as if every field could be missing. */
type Loose<T> = T extends object ? { readonly [K in keyof T]?: Loose<T[K]> } | null : unknown;

function isCalibration(value: unknown): value is ClassifierCalibration {
  const it = value as Loose<ClassifierCalibration>;
  const within = (x: unknown, low: number, high: number): boolean =>
    typeof x === 'number' && x >= low && x <= high;
  const numbers = (list: unknown): boolean =>
    Array.isArray(list) && list.length > 0 && list.every(Number.isFinite);
  const real: unknown = it?.conformal?.real;
  return (
    it?.schemaVersion === 4 &&
    typeof it.model === 'string' &&
    Number.isInteger(it.crops) &&
    within(it.crops, 1, 64) &&
    within(it.cap, Number.MIN_VALUE, Number.MAX_VALUE) &&
    within(it.slope, Number.MIN_VALUE, Number.MAX_VALUE) &&
    within(it.alpha?.real, 0, 1) &&
    within(it.alpha?.synthetic, 0, 1) &&
    numbers(QUALITY_BINS.map((bin) => it.bias?.[bin])) &&
    QUALITY_BINS.every((bin) => {
      const rate = it.falsePositiveRate?.[bin];
      return rate === null || within(rate, 0, 1);
    }) &&
    Array.isArray(real) &&
    real.length > 0 &&
    real.every(numbers) &&
    numbers(it.conformal?.synthetic)
  );
}

/**
 * Class-conditional split conformal prediction (Vovk 2012): a class stays unless its p-value is at most its alpha. The real
 * class falls only when every source of real pictures excludes it, since nobody knows which of them a new picture resembles.
 */
export function calibrate(
  pooled: number,
  bin: QualityBin,
  { slope, bias, cap, alpha, conformal }: ClassifierCalibration,
): Calibrated {
  const raw = slope * pooled + bias[bin];
  const { real, synthetic } = conformal;
  const syntheticBelow = synthetic.filter((value) => value <= pooled).length;
  const pReal = Math.max(
    ...real.map((list) => (1 + list.filter((value) => value >= pooled).length) / (list.length + 1)),
  );
  const canBeReal = pReal > alpha.real;
  const canBeSynthetic = (1 + syntheticBelow) / (synthetic.length + 1) > alpha.synthetic;
  return {
    pReal,
    logOdds: Math.min(cap, Math.max(-cap, raw)),
    decision:
      canBeReal === canBeSynthetic
        ? 'inconclusive'
        : canBeSynthetic
          ? 'synthetic'
          : 'not-synthetic',
  };
}
