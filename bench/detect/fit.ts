/** Temperature, spread and bias per quality bin: logistic regression by Newton's method, drawn to a mild default. */

export interface Sample {
  mean: number;
  deviation: number;
  label: 0 | 1;
  weight: number;
}

export interface Fitted {
  slope: number;
  spread: number;
  bias: number;
}

const DEFAULT = [0.6, 0, 0] as const;
/** Strength of the pull, in samples: a bin with few pictures stays near what all bins together say. */
const RIDGE = 3;

/** Weighted fit; `prior` is where it stays without samples. Slope is kept positive. */
export function fitLogistic(
  samples: readonly Sample[],
  prior: readonly number[] = DEFAULT,
): Fitted {
  const beta = [...prior];
  for (let round = 0; round < 40; round++) {
    const gradient = [0, 0, 0];
    const hessian = [
      [RIDGE, 0, 0],
      [0, RIDGE, 0],
      [0, 0, RIDGE],
    ];
    for (let j = 0; j < 3; j++) gradient[j] = RIDGE * (beta[j]! - prior[j]!);
    for (const { mean, deviation, label, weight } of samples) {
      const x = [mean, deviation, 1];
      const p = 1 / (1 + Math.exp(-x.reduce((sum, v, j) => sum + v * beta[j]!, 0)));
      for (let j = 0; j < 3; j++) {
        gradient[j]! += weight * (p - label) * x[j]!;
        for (let k = 0; k < 3; k++) hessian[j]![k]! += weight * p * (1 - p) * x[j]! * x[k]!;
      }
    }
    const step = solve(hessian, gradient);
    for (let j = 0; j < 3; j++) beta[j]! -= step[j]!;
    if (Math.max(...step.map(Math.abs)) < 1e-6) break;
  }
  return { slope: Math.max(0.05, beta[0]!), spread: beta[1]!, bias: beta[2]! };
}

/** Gauss elimination with pivoting, 3 x 3. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  for (let c = 0; c < 3; c++) {
    const pivot = rows
      .slice(c)
      .reduce((best, row) => (Math.abs(row[c]!) > Math.abs(best[c]!) ? row : best));
    const at = rows.indexOf(pivot);
    [rows[c], rows[at]] = [pivot, rows[c]!];
    for (let r = 0; r < 3; r++) {
      if (r === c) continue;
      const factor = rows[r]![c]! / pivot[c]!;
      rows[r] = rows[r]!.map((value, k) => value - factor * pivot[k]!);
    }
  }
  return rows.map((row, i) => row[3]! / row[i]!);
}
