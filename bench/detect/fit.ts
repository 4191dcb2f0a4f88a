/** Slope and bias of calibrated log-odds: logistic regression by Newton's method, drawn to a mild default. */

export interface Sample {
  pooled: number;
  label: 0 | 1;
  weight: number;
}

export interface Fitted {
  slope: number;
  bias: number;
}

const DEFAULT = { slope: 0.6, bias: 0 } as const;
/** Strength of the pull, in samples. */
const RIDGE = 3;

/** Weighted fit. Slope is kept positive. */
export function fitLogistic(samples: readonly Sample[]): Fitted {
  let { slope, bias }: Fitted = DEFAULT;
  for (let round = 0; round < 40; round++) {
    let [gs, gb] = [RIDGE * (slope - DEFAULT.slope), RIDGE * (bias - DEFAULT.bias)];
    let [ss, sb, bb] = [RIDGE, 0, RIDGE];
    for (const { pooled, label, weight } of samples) {
      const p = 1 / (1 + Math.exp(-slope * pooled - bias));
      const error = weight * (p - label);
      const curvature = weight * p * (1 - p);
      gs += error * pooled;
      gb += error;
      ss += curvature * pooled * pooled;
      sb += curvature * pooled;
      bb += curvature;
    }
    const determinant = ss * bb - sb * sb;
    const [ds, db] = [(gs * bb - gb * sb) / determinant, (gb * ss - gs * sb) / determinant];
    slope -= ds;
    bias -= db;
    if (Math.max(Math.abs(ds), Math.abs(db)) < 1e-6) break;
  }
  return { slope: Math.max(0.05, slope), bias };
}
