/**
 * Multistep sampling of a consistency model (Song et al. 2023, arXiv:2303.01469, algorithm 1) that was distilled from a rectified
 * flow, as FlowMatchLCMScheduler of diffusers 0.42: every call predicts the picture, and fresh noise leads to the next level.
 */
import type { FlowMatchOptions } from './flow-match.js';
import { flowMatchPlans } from './flow-match.js';
import type { Scheduler, SigmaPlan } from './scheduler.js';

const fround = Math.fround;

export function createFlowMatchLcmScheduler(options: FlowMatchOptions = {}): Scheduler<SigmaPlan> {
  const planOf = flowMatchPlans(options);
  return {
    name: 'FlowMatchLCMScheduler',
    plan(request) {
      const plan = planOf(request);
      const { sigmas } = plan;
      return {
        ...plan,
        step(sample, modelOutput, index, noise) {
          const sigma = sigmas[index]!;
          const next = sigmas[index + 1]!;
          const rest = fround(1 - next);
          const fresh = noise(sample.length);
          for (let i = 0; i < sample.length; i++) {
            const picture = fround(sample[i]! - fround(sigma * modelOutput[i]!));
            sample[i] = fround(rest * picture) + fround(next * fresh[i]!);
          }
        },
      };
    },
  };
}
