/**
 * Figures that others published, for rows that this bench measures too. Not run here: other pictures,
 * other sizes, another payload, and a false-positive rate of their own.
 */
export interface PublishedRow {
  /** Name of our attack. */
  readonly attack: string;
  /** Percent of marked pictures detected (TPR). */
  readonly trustMark: number;
  readonly wam: number;
}

/** Sander et al., "Watermark Anything with Localized Messages" (ICLR 2025): 10,000 COCO pictures. */
export const WAM_TABLE: readonly PublishedRow[] = [
  { attack: 'none', trustMark: 99.8, wam: 100 },
  { attack: 'crop to 50 % of the area', trustMark: 1.9, wam: 99.6 },
  { attack: 'crop to 20 % of the area', trustMark: 2.1, wam: 99.7 },
  { attack: 'rotate 10', trustMark: 3.0, wam: 97.7 },
  { attack: 'perspective 0.1', trustMark: 77.8, wam: 100 },
  { attack: 'perspective 0.5', trustMark: 2.6, wam: 100 },
  { attack: 'mirrored left to right', trustMark: 99.8, wam: 100 },
  { attack: 'brightness 1.5', trustMark: 83.2, wam: 100 },
  { attack: 'brightness 2', trustMark: 58.8, wam: 100 },
  { attack: 'contrast 1.5', trustMark: 77.1, wam: 100 },
  { attack: 'contrast 2', trustMark: 52.1, wam: 100 },
  { attack: 'hue +0.1', trustMark: 99.4, wam: 100 },
  { attack: 'saturation 2', trustMark: 96.8, wam: 100 },
  { attack: 'median 3', trustMark: 99.7, wam: 100 },
  { attack: 'median 7', trustMark: 99.4, wam: 100 },
  { attack: 'blur sigma 2.9', trustMark: 98.7, wam: 100 },
  { attack: 'JPEG 80', trustMark: 99.6, wam: 100 },
  { attack: 'JPEG 50', trustMark: 99.1, wam: 99.9 },
  { attack: '10 % kept, rest the original', trustMark: 2.0, wam: 99.9 },
  { attack: 'crop to 50 %, brightness 1.5, JPEG 80', trustMark: 1.7, wam: 99.2 },
];

/** Percent of unmarked pictures taken for marked in the same table. */
export const WAM_TABLE_FALSE_POSITIVES = { trustMark: 2.88, wam: 0.04 } as const;

/** Lu et al., W-Bench (ICLR 2025), 512 px, TPR at 0.1 % false positives, TrustMark C, percent. */
export const W_BENCH_TRUSTMARK: Readonly<Record<string, number>> = {
  'blur sigma 1': 100,
  'blur sigma 3': 100,
  'blur sigma 5': 100,
  'blur sigma 7': 92.5,
  'blur sigma 9': 45,
  'brightness 1.2': 100,
  'brightness 1.6': 99.4,
  'brightness 2': 96.5,
  'contrast 1.2': 100,
  'contrast 1.6': 99.9,
  'contrast 2': 99.5,
  'JPEG 10': 97.7,
  'JPEG 25': 100,
  'JPEG 40': 100,
  'JPEG 55': 100,
  'JPEG 70': 100,
  'noise sigma 5.1 (0.02)': 100,
  'noise sigma 15.3 (0.06)': 100,
  'noise sigma 25.5 (0.1)': 100,
};
