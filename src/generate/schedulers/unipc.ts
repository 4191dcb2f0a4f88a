/** Unified predictor-corrector (Zhao et al. 2023, arXiv:2302.04867), as UniPCMultistepScheduler of diffusers. */
import { addNoiseAt } from './add-noise.js';
import type { Scheduler, SigmaPlan } from './scheduler.js';
import type { Settings } from './settings.js';
import { createSolverGrid } from './solver.js';
import type { SolverPoint } from './solver.js';

const ORDER_MAX = 5;
const SOLVERS = ['bh1', 'bh2', 'midpoint', 'heun', 'logrho'] as const;

export function createUniPcScheduler(settings: Settings): Scheduler<SigmaPlan> {
  const grid = createSolverGrid(settings, true);
  const solverOrder = settings.integer('solver_order', 2, 1, ORDER_MAX);
  const predictsPicture = settings.boolean('predict_x0', true);
  // Names of other solvers are read as "bh2".
  const isBh1 = settings.oneOf('solver_type', 'bh2', SOLVERS) === 'bh1';
  const lowersFinal = settings.boolean('lower_order_final', true);
  const uncorrected = settings.numbers('disable_corrector', 10_000) ?? [];
  settings.refuse('solver_p');

  /** Section 3.1: from `from` to `to` with outputs at `from` and before it, newest first. */
  const move = (x: Float32Array, from: SolverPoint, to: SolverPoint, order: number, seen: Seen) => {
    const { points, outputs, arrived } = seen;
    const h = to.lambda - from.lambda;
    const hh = predictsPicture ? -h : h;
    const phi1 = Math.expm1(hh);
    const scale = isBh1 ? hh : phi1;
    const ratios = points.slice(0, order - 1).map((p) => (p.lambda - from.lambda) / h);
    const nodes = arrived === undefined ? ratios : [...ratios, 1];
    const weights = nodes.length === 1 ? [0.5] : solveNodes(nodes, hh, scale);
    const [kept, gain] = predictsPicture
      ? [to.sigma / from.sigma, to.alpha]
      : [to.alpha / from.alpha, to.sigma];
    const [newest, ...older] = outputs;
    return x.map((value, i) => {
      const m0 = newest![i]!;
      let sum = 0;
      for (const [k, ratio] of ratios.entries()) {
        sum += (weights[k]! * (older[k]![i]! - m0)) / ratio;
      }
      if (arrived !== undefined) sum += weights.at(-1)! * (arrived[i]! - m0);
      // At the final noise level 0 `scale` may be infinite, and there is nothing to weigh.
      const change = nodes.length === 0 ? 0 : gain * scale * sum;
      return kept * value - gain * phi1 * m0 - change;
    });
  };

  return {
    name: 'UniPCMultistepScheduler',
    plan(request) {
      const { timesteps, sigmas } = grid.schedule(request);
      const points = Array.from(sigmas, (sigma) => grid.point(sigma));
      let outputs: Float32Array[] = [];
      let lastSample: Float32Array | undefined;
      let lastOrder = 0;

      return {
        timesteps,
        sigmas,
        initialNoiseScale: 1,
        addNoise: addNoiseAt((index) => grid.level(sigmas[index]!)),
        step(sample, modelOutput, index) {
          const here = points[index]!;
          const convert = predictsPicture ? grid.picture(here) : grid.noise(here);
          const output = sample.map((x, i) => convert(x, modelOutput[i]!));
          const before = (at: number) => points.slice(0, at).toReversed();
          if (lastSample !== undefined && !uncorrected.includes(index - 1)) {
            const seen = { points: before(index - 1), outputs, arrived: output };
            sample.set(move(lastSample, points[index - 1]!, here, lastOrder, seen));
          }
          lastSample = sample.slice();
          lastOrder = Math.min(
            lowersFinal ? Math.min(solverOrder, timesteps.length - index) : solverOrder,
            outputs.length + 1,
          );
          outputs = [output, ...outputs].slice(0, solverOrder);
          const seen = { points: before(index), outputs };
          sample.set(move(lastSample, here, points[index + 1]!, lastOrder, seen));
        },
      };
    },
  };
}

interface Seen {
  /** Before `from`, newest first. */
  readonly points: readonly SolverPoint[];
  /** At `from` and before it, newest first. */
  readonly outputs: readonly Float32Array[];
  /** At `to`: for the corrector. */
  readonly arrived?: Float32Array;
}

/** Weights for which polynomials through the nodes are integrated exactly (equation 9). */
function solveNodes(nodes: readonly number[], hh: number, scale: number): number[] {
  let phi = Math.expm1(hh) / hh - 1;
  let factorial = 1;
  const rows = nodes.map((_, power) => {
    const right = (phi * factorial) / scale;
    factorial *= power + 2;
    phi = phi / hh - 1 / factorial;
    return [...nodes.map((node) => node ** power), right];
  });
  // Gauss-Jordan with row exchange; at most 5 nodes, all different.
  const size = nodes.length;
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    }
    [rows[column], rows[pivot]] = [rows[pivot]!, rows[column]!];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row]![column]! / rows[column]![column]!;
      rows[row] = rows[row]!.map((value, i) => value - factor * rows[column]![i]!);
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}
