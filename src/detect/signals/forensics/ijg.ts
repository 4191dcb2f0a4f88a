/** The tables of T.81 Annex K, as libjpeg (Independent JPEG Group) scales them with its quality 1..100. */

/** T.81 table K.1, natural order. */
const LUMA: readonly number[] = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56,
  14, 17, 22, 29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113,
  92, 49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
];
/** T.81 table K.2. */
const CHROMA: readonly number[] = [
  17,
  18,
  24,
  47,
  99,
  99,
  99,
  99,
  18,
  21,
  26,
  66,
  99,
  99,
  99,
  99,
  24,
  26,
  56,
  99,
  99,
  99,
  99,
  99,
  47,
  66,
  99,
  99,
  99,
  99,
  99,
  99,
  ...new Array<number>(32).fill(99),
];

export type IjgKind = 'luma' | 'chroma';

/** Steps at `quality` 1..100 (jcparam.c: jpeg_quality_scaling, baseline clamp to 255). */
export function ijgTable(quality: number, kind: IjgKind): number[] {
  const scale = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  const steps: number[] = [];
  for (const base of kind === 'luma' ? LUMA : CHROMA) {
    steps.push(Math.min(255, Math.max(1, Math.floor((base * scale + 50) / 100))));
  }
  return steps;
}

/** The quality whose table is exactly `steps`; null when there is none. */
export function ijgQuality(steps: readonly number[], kind: IjgKind): number | null {
  for (let quality = 100; quality >= 1; quality--) {
    if (ijgTable(quality, kind).every((step, i) => step === steps[i])) return quality;
  }
  return null;
}

/** The quality whose luma table is nearest to any `steps`, by the mean logarithm of the ratio. */
export function nearestIjgQuality(steps: readonly number[]): number {
  const wanted = logOf(steps);
  let best = 1;
  let least = Infinity;
  for (let quality = 1; quality <= 100; quality++) {
    const distance = Math.abs(logOf(ijgTable(quality, 'luma')) - wanted);
    if (distance < least) [best, least] = [quality, distance];
  }
  return best;
}

/** Sum of the logarithms. */
function logOf(table: readonly number[]): number {
  let sum = 0;
  for (const step of table) sum += Math.log(step);
  return sum;
}
