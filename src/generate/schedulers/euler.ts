/** Euler's method (Karras et al. 2022, arXiv:2206.00364, algorithm 1), as EulerDiscreteScheduler of diffusers. */
import { addNoiseAt } from './add-noise.js';
import { alphasCumprod, linspace32 } from './betas.js';
import { readPrediction, toOriginalAt } from './prediction.js';
import type { Scheduler, SigmaPlan } from './scheduler.js';
import type { Settings } from './settings.js';
import { initialScale, scaleBySigma } from './sigma-input.js';
import {
  interpolate,
  readSigmaSpacing,
  respacedSigmas,
  sigmasOf,
  sigmaToTimestep,
} from './sigmas.js';
import { readSpacing, spacedTimesteps, stepsOf } from './timesteps.js';

const fround = Math.fround;

export function createEulerScheduler(settings: Settings): Scheduler<SigmaPlan> {
  const table = sigmasOf(alphasCumprod(settings, { keepsTerminal: true }));
  const logTable = table.map(Math.log);
  const type = readPrediction(settings);
  const spacing = readSpacing(settings, 'linspace');
  const sigmaSpacing = readSigmaSpacing(settings);
  const sigmaMin = settings.optionalNumber('sigma_min', 1e-10, 1e10);
  const sigmaMax = settings.optionalNumber('sigma_max', 1e-10, 1e10);
  const offset = settings.integer('steps_offset', 0, 0, 1000);
  const interpolation = settings.oneOf('interpolation_type', 'linear', ['linear', 'log_linear']);
  const final = settings.oneOf('final_sigmas_type', 'zero', ['zero', 'sigma_min']);
  const kind = settings.oneOf('timestep_type', 'discrete', ['discrete', 'continuous']);
  const isContinuous = kind === 'continuous' && type === 'v_prediction';

  return {
    name: 'EulerDiscreteScheduler',
    plan(request) {
      const steps = stepsOf(request);
      let timesteps = spacedTimesteps(steps, {
        spacing,
        train: table.length,
        offset,
        isFractional: true,
      });
      let levels = timesteps.map((t) => interpolate(table, t));
      if (interpolation === 'log_linear') {
        const line = linspace32(logTable.at(-1)!, logTable[0]!, steps + 1);
        levels = Array.from(line, (x) => fround(Math.exp(x)));
      }
      if (sigmaSpacing !== 'none') {
        const max = sigmaMax ?? levels[0]!;
        levels = respacedSigmas(sigmaSpacing, max, sigmaMin ?? levels.at(-1)!, steps);
        timesteps = levels.map((sigma) => sigmaToTimestep(sigma, logTable));
      }
      const sigmas = Float32Array.of(...levels, final === 'zero' ? 0 : table[0]!);
      if (isContinuous) timesteps = Array.from(sigmas.subarray(0, -1), (s) => 0.25 * Math.log(s));
      return {
        timesteps: Float32Array.from(timesteps),
        sigmas,
        initialNoiseScale: initialScale(sigmas, spacing),
        scaleInput: scaleBySigma(sigmas),
        addNoise: addNoiseAt((index) => ({ picture: 1, noise: sigmas[index]! })),
        step(sample, modelOutput, index) {
          const sigma = sigmas[index]!;
          const picture = toOriginalAt(type, sigma);
          const dt = fround(sigmas[index + 1]! - sigma);
          for (let i = 0; i < sample.length; i++) {
            const x = sample[i]!;
            const derivative = fround(fround(x - picture(x, modelOutput[i]!)) / sigma);
            sample[i] = x + fround(derivative * dt);
          }
        },
      };
    },
  };
}
