/** Euler integration of a rectified flow, as FlowMatchEulerDiscreteScheduler of diffusers. */
import type { FlowMatchOptions } from './flow-match.js';
import { flowMatchPlans } from './flow-match.js';
import type { Scheduler, SigmaPlan } from './scheduler.js';

const fround = Math.fround;

export function createFlowMatchEulerScheduler(
  options: FlowMatchOptions = {},
): Scheduler<SigmaPlan> {
  const planOf = flowMatchPlans(options);
  return {
    name: 'FlowMatchEulerDiscreteScheduler',
    plan(request) {
      const plan = planOf(request);
      const { sigmas } = plan;
      return {
        ...plan,
        stepBack(sample, index, noise) {
          const from = sigmas[index + 1]!;
          const to = sigmas[index]!;
          // Of the straight line x = (1 - sigma) clean + sigma noise: what is clean shrinks, and the variance grows to sigma^2.
          const kept = (1 - to) / (1 - from);
          const added = Math.sqrt(Math.max(0, to ** 2 - (kept * from) ** 2));
          const fresh = noise(sample.length);
          for (let i = 0; i < sample.length; i++) {
            sample[i] = kept * sample[i]! + added * fresh[i]!;
          }
        },
        step(sample, modelOutput, index) {
          const delta = fround(sigmas[index + 1]! - sigmas[index]!);
          for (let i = 0; i < sample.length; i++) {
            sample[i] = sample[i]! + fround(delta * modelOutput[i]!);
          }
        },
      };
    },
  };
}
