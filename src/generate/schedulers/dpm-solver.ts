/**
 * DPM-Solver++ of orders 1 to 3, multistep, as ODE or SDE (Lu et al. 2022, arXiv:2211.01095), as
 * DPMSolverMultistepScheduler of diffusers. Its predecessor `dpmsolver` is deprecated there and left out.
 */
import { addNoiseAt } from './add-noise.js';
import type { Scheduler, SigmaPlan } from './scheduler.js';
import { invalid } from './settings.js';
import type { Settings } from './settings.js';
import { createSolverGrid } from './solver.js';

const fround = Math.fround;
/** Runs below this length end with lower orders, for stability. */
const SHORT_RUN = 15;
/** `deis` folders are read as DPM-Solver++ by diffusers as well. */
const ALGORITHMS = ['dpmsolver++', 'sde-dpmsolver++', 'deis'] as const;
const SOLVERS = ['midpoint', 'heun', 'logrho', 'bh1', 'bh2'] as const;

export function createDpmSolverScheduler(settings: Settings): Scheduler<SigmaPlan> {
  const grid = createSolverGrid(settings, false);
  const solverOrder = settings.integer('solver_order', 2, 1, 3);
  const isSde = settings.oneOf('algorithm_type', 'dpmsolver++', ALGORITHMS) === 'sde-dpmsolver++';
  // The other names belong to other solvers; diffusers reads them as "midpoint".
  const isHeun = settings.oneOf('solver_type', 'midpoint', SOLVERS) === 'heun';
  const lowersFinal = settings.boolean('lower_order_final', true);
  const endsWithEuler =
    settings.boolean('euler_at_final', false) ||
    settings.oneOf('final_sigmas_type', 'zero', ['zero', 'sigma_min']) === 'zero';
  settings.refuse('variance_type');
  if (isSde && solverOrder === 3)
    throw invalid('order 3 is for the ODE only, use "solver_order" 2');

  return {
    name: 'DPMSolverMultistepScheduler',
    plan(request) {
      const { timesteps, sigmas } = grid.schedule(request);
      const count = timesteps.length;
      const isShort = lowersFinal && count < SHORT_RUN;
      /** Pictures that the model saw, newest first. */
      let pictures: Float32Array[] = [];

      const orderAt = (index: number): number => {
        const left = count - index;
        if (left === 1 && (endsWithEuler || isShort)) return 1;
        const limit = left === 2 && isShort ? 2 : solverOrder;
        return Math.min(limit, pictures.length);
      };

      return {
        timesteps,
        sigmas,
        initialNoiseScale: 1,
        addNoise: addNoiseAt((index) => grid.level(sigmas[index]!)),
        step(sample, modelOutput, index, noise) {
          const from = grid.point(sigmas[index]!);
          const to = grid.point(sigmas[index + 1]!);
          const toPicture = grid.picture(from);
          const picture = sample.map((x, i) => toPicture(x, modelOutput[i]!));
          pictures = [picture, ...pictures].slice(0, solverOrder);
          const fresh = isSde ? noise(sample.length) : undefined;

          const order = orderAt(index);
          const h = fround(to.lambda - from.lambda);
          // For the SDE, the noise that is put back lets the solver go twice as far.
          const span = isSde ? 2 * h : h;
          const phi = Math.expm1(-span);
          const kept = (to.sigma / from.sigma) * (isSde ? Math.exp(-h) : 1);
          const weights = [-to.alpha * phi];
          const lambdas = [0, 1, 2].map((back) => grid.point(sigmas[index - back] ?? 0).lambda);
          if (order === 2) {
            const r = fround(from.lambda - lambdas[1]!) / h;
            const slope = isHeun ? to.alpha * (phi / span + 1) : -0.5 * to.alpha * phi;
            weights[0] = weights[0]! + slope / r;
            weights.push(-slope / r);
          } else if (order === 3) {
            const r0 = fround(from.lambda - lambdas[1]!) / h;
            const r1 = fround(lambdas[1]! - lambdas[2]!) / h;
            const first = to.alpha * (phi / h + 1);
            const second = -to.alpha * ((phi + h) / h ** 2 - 0.5);
            // Divided differences a = (m0 - m1) / r0 and b = (m1 - m2) / r1 and their own difference.
            const a = first * (1 + r0 / (r0 + r1)) + second / (r0 + r1);
            const b = -first * (r0 / (r0 + r1)) - second / (r0 + r1);
            weights[0] = weights[0]! + a / r0;
            weights.push(b / r1 - a / r0, -b / r1);
          }
          const deviation = to.sigma * Math.sqrt(-Math.expm1(-2 * h));
          for (let i = 0; i < sample.length; i++) {
            let next = kept * sample[i]!;
            for (let k = 0; k < order; k++) next += weights[k]! * pictures[k]![i]!;
            sample[i] = fresh ? next + deviation * fresh[i]! : next;
          }
        },
      };
    },
  };
}
