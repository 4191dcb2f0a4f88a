/**
 * Measured logits -> models/classifier-calibration.json, and log-odds of every picture under a calibration that never
 * saw its source (what the tables show).
 */
import { QUALITY_BINS } from '../../src/detect/signals/classifier/quality.js';
import type { QualityBin } from '../../src/detect/signals/classifier/quality.js';
import { calibrate } from '../../src/detect/signals/classifier/calibration.js';
import type {
  Calibrated,
  ClassifierCalibration,
} from '../../src/detect/signals/classifier/calibration.js';
import { fitLogistic } from './fit.js';
import type { Fitted, Sample } from './fit.js';
import type { Measured } from './measure.js';
import type { Source } from './sources.js';

/** ln 19: pixels alone never say more than 95 %. */
const CAP = Math.log(19);
const ALPHA = { real: 0.01, synthetic: 0.05 };
/** Kinds of real pictures that the conformal list of reals is made of. */
const HARD_KINDS = ['photograph', 'render'];
/** Points kept of each conformal list: an alpha of 1 % needs at least 99. */
const POINTS_MAX = 300;

export interface Scored extends Measured {
  label: 0 | 1;
  kind: string;
  /** Uncapped. */
  logOdds: number;
  decision: Calibrated['decision'];
}

/** Both classes pass through the same codec, so a file's format cannot tell the class; `clean` is left out for that reason. */
export function forFitting(records: readonly Measured[]): Measured[] {
  return records.filter(({ variant }) => variant !== 'clean');
}

export function fitCalibration(
  all: readonly Measured[],
  sources: readonly Source[],
  model: { sha256: string; crops: number },
): ClassifierCalibration {
  // What is too small to be judged is no part of the distributions that judge.
  const records = all.filter(({ crops }) => crops >= model.crops);
  const labelOf = new Map(sources.map(({ name, label }) => [name, label]));
  const used = forFitting(records).filter(({ source }) => labelOf.has(source));
  const fitted = fit(used, labelOf);
  // Within a class the files as they came count too. Of the reals only the kinds that look most synthetic: icons and
  // screenshots, which lie far below, would make 1 % of the mixture several percent of the photographs.
  const lists = new Map<string, number[]>();
  const synthetic: number[] = [];
  for (const record of records) {
    const source = sources.find(({ name }) => name === record.source);
    if (source === undefined || (source.label === 0 && !HARD_KINDS.includes(source.kind))) continue;
    const list = source.label === 1 ? synthetic : (lists.get(source.name) ?? []);
    list.push(record.pooled);
    if (source.label === 0) lists.set(source.name, list);
  }
  return {
    schemaVersion: 4,
    model: model.sha256,
    crops: model.crops,
    cap: Number(CAP.toFixed(4)),
    alpha: ALPHA,
    ...fitted,
    falsePositiveRate: ratesOf([]),
    conformal: { real: [...lists.values()].map(thin), synthetic: thin(synthetic) },
  };
}

/** Each source's pictures are judged by a calibration of all the other sources. */
export function crossFit(
  records: readonly Measured[],
  sources: readonly Source[],
  model: { sha256: string; crops: number },
): Scored[] {
  return sources.flatMap((source) => {
    const calibration = fitCalibration(
      records.filter((record) => record.source !== source.name),
      sources,
      model,
    );
    return records
      .filter((record) => record.source === source.name)
      .map((record) => ({
        ...record,
        label: source.label,
        kind: source.kind,
        logOdds: oddsOf(record, calibration),
        decision:
          record.crops < model.crops
            ? 'inconclusive'
            : calibrate(record.pooled, record.bin, calibration).decision,
      }));
  });
}

export function withFalsePositives(
  calibration: ClassifierCalibration,
  scored: readonly Scored[],
): ClassifierCalibration {
  return { ...calibration, falsePositiveRate: ratesOf(scored) };
}

/** The rate of each quality among held-out photographs, by the rule of succession: never 0. */
function ratesOf(scored: readonly Scored[]): ClassifierCalibration['falsePositiveRate'] {
  const rate = (bin: QualityBin): number | null => {
    const photographs = scored.filter(
      (r) => r.bin === bin && r.label === 0 && r.kind === 'photograph',
    );
    const wrong = photographs.filter(({ decision }) => decision === 'synthetic').length;
    return photographs.length < 50
      ? null
      : Number(((wrong + 1) / (photographs.length + 2)).toFixed(4));
  };
  return Object.fromEntries(QUALITY_BINS.map((bin) => [bin, rate(bin)])) as Record<
    QualityBin,
    number | null
  >;
}

function fit(records: readonly Measured[], labelOf: ReadonlyMap<string, 0 | 1>): Fitted {
  const perSource = new Map<string, number>();
  for (const { source } of records) perSource.set(source, (perSource.get(source) ?? 0) + 1);
  // A source of n pictures counts as sqrt(n), and in each quality both classes count alike.
  const raw = records.map((record) => perSource.get(record.source)! ** -0.5);
  const total = new Map<string, number>();
  const size = new Map<QualityBin, number>();
  const cellOf = ({ source, bin }: Measured): string => `${bin} ${labelOf.get(source)!}`;
  records.forEach((record, i) => {
    total.set(cellOf(record), (total.get(cellOf(record)) ?? 0) + raw[i]!);
    size.set(record.bin, (size.get(record.bin) ?? 0) + 1);
  });
  const samples: Sample[] = records.map((record, i) => ({
    pooled: record.pooled,
    bin: record.bin,
    label: labelOf.get(record.source)!,
    weight: ((raw[i]! / total.get(cellOf(record))!) * size.get(record.bin)!) / 2,
  }));
  const { slope, bias } = fitLogistic(samples);
  const rounded = (x: number): number => Number(x.toFixed(4));
  return {
    slope: rounded(slope),
    bias: Object.fromEntries(
      QUALITY_BINS.map((bin) => [bin, rounded(bias[bin])]),
    ) as Fitted['bias'],
  };
}

function oddsOf({ pooled, bin }: Measured, { slope, bias }: Fitted): number {
  return slope * pooled + bias[bin];
}

/** At most POINTS_MAX values of the sorted list, evenly by rank, both ends among them. */
function thin(values: number[]): number[] {
  const sorted = values.sort((a, b) => a - b);
  const count = Math.min(POINTS_MAX, sorted.length);
  return Array.from({ length: count }, (_, i) =>
    Number(sorted[Math.round((i * (sorted.length - 1)) / Math.max(1, count - 1))]!.toFixed(3)),
  );
}
