/** Pseudo numerical methods (Liu et al. 2022, arXiv:2202.09778), as PNDMScheduler of diffusers. */
import { addNoiseAt } from './add-noise.js';
import { alphasCumprod, levelOf } from './betas.js';
import type { Scheduler } from './scheduler.js';
import { badRequest } from './settings.js';
import type { Settings } from './settings.js';
import { readSpacing, spacedTimesteps, stepsOf } from './timesteps.js';

const fround = Math.fround;
/** Points that are reached by Runge-Kutta, each with four model calls, before the linear multistep. */
const RUNGE_KUTTA_POINTS = 3;

export function createPndmScheduler(settings: Settings): Scheduler {
  const alphas = alphasCumprod(settings);
  const isV =
    settings.oneOf('prediction_type', 'epsilon', ['epsilon', 'v_prediction']) === 'v_prediction';
  const spacing = readSpacing(settings, 'leading');
  const offset = settings.integer('steps_offset', 0, 0, 1000);
  const skipsRungeKutta = settings.boolean('skip_prk_steps', false);
  const finalAlpha = settings.boolean('set_alpha_to_one', false) ? 1 : alphas[0]!;
  const train = alphas.length;

  /** Equation 11: from training step `t` to `to` along `epsilon`. */
  const transfer = (sample: Float32Array, epsilon: Float32Array, t: number, to: number) => {
    const alpha = alphas[t]!;
    const next = to >= 0 ? alphas[to]! : finalAlpha;
    const beta = fround(1 - alpha);
    const kept = root(fround(next / alpha));
    const denominator = fround(
      fround(alpha * root(fround(1 - next))) + root(fround(fround(alpha * beta) * next)),
    );
    const a = root(alpha);
    const s = root(beta);
    const difference = fround(next - alpha);
    return sample.map((x, i) => {
      const e = isV ? fround(fround(a * epsilon[i]!) + fround(s * x)) : epsilon[i]!;
      return fround(kept * x) - fround(fround(difference * e) / denominator);
    });
  };

  return {
    name: 'PNDMScheduler',
    /** 9 model calls more than steps with Runge-Kutta, one more without. */
    plan(request) {
      const steps = stepsOf(request);
      const needed = skipsRungeKutta ? 2 : RUNGE_KUTTA_POINTS + 1;
      if (steps < needed) throw badRequest(`this scheduler needs at least ${needed} steps`);
      const stride = Math.floor(train / steps);
      const line = spacedTimesteps(steps, { spacing, train, offset });
      const half = Math.floor(stride / 2);
      const rungeKutta = skipsRungeKutta ? [] : rungeKuttaTimesteps(line, half);
      const multistep = skipsRungeKutta
        ? [line[0]!, line[1]!, line[1]!, ...line.slice(2)]
        : line.slice(RUNGE_KUTTA_POINTS);
      const timesteps = [...rungeKutta, ...multistep];
      if (timesteps.some((t) => t >= train)) {
        throw badRequest(`${steps} steps reach beyond the last training step: ask for others`);
      }
      let history: Float32Array[] = [];
      let start: Float32Array | undefined;
      let mean: Float32Array | undefined;

      // Runs that start from a picture start in the middle, and diffusers counts calls from there.
      let calls = 0;

      const stepRungeKutta = (sample: Float32Array, output: Float32Array, index: number) => {
        const phase = calls % 4;
        if (phase === 0) {
          start = sample.slice();
          history.push(output.slice());
          mean = new Float32Array(output.length);
        }
        const weight = fround(phase === 0 || phase === 3 ? 1 / 6 : 1 / 3);
        for (let i = 0; i < mean!.length; i++) mean![i] = mean![i]! + fround(weight * output[i]!);
        const t = rungeKutta[calls - phase]!;
        const to = timesteps[index]! - (phase % 2 === 1 ? 0 : half);
        sample.set(transfer(start!, phase === 3 ? mean! : output, t, to));
      };

      const stepMultistep = (sample: Float32Array, output: Float32Array, index: number) => {
        const t = timesteps[index]!;
        if (skipsRungeKutta && calls === 1) {
          // The first step once more, along the mean of its two ends.
          const [first] = history;
          const both = output.map((e, i) => fround(e + first![i]!) / 2);
          sample.set(transfer(start!, both, t + stride, t));
          return;
        }
        if (calls === 0) start = sample.slice();
        history = [...history.slice(-3), output.slice()];
        sample.set(transfer(sample, adamsBashforth(history), t, t - stride));
      };

      return {
        timesteps: Float32Array.from(timesteps),
        initialNoiseScale: 1,
        addNoise: addNoiseAt((index) => levelOf(alphas[timesteps[index]!]!)),
        step(sample, modelOutput, index) {
          if (calls < rungeKutta.length) stepRungeKutta(sample, modelOutput, index);
          else stepMultistep(sample, modelOutput, index);
          calls++;
        },
      };
    },
  };
}

/** Each of the first three points and the middle of its step, as Runge-Kutta calls the model on them. */
function rungeKuttaTimesteps(line: readonly number[], half: number): number[] {
  const points = line.slice(0, RUNGE_KUTTA_POINTS + 1).toReversed();
  const withMiddles = points.flatMap((t) => [t, t + half]).slice(0, -1);
  return withMiddles
    .flatMap((t) => [t, t])
    .slice(1, -1)
    .toReversed();
}

/** Linear multistep of the order that the history allows, newest last (equation 9). */
function adamsBashforth(history: readonly Float32Array[]): Float32Array {
  const weights = WEIGHTS[history.length - 1]!;
  const newest = history.at(-1)!;
  return newest.map((_, i) => {
    let sum = 0;
    for (const [k, weight] of weights.entries()) sum += weight * history.at(-1 - k)![i]!;
    return sum;
  });
}

const WEIGHTS: readonly (readonly number[])[] = [
  [1],
  [3 / 2, -1 / 2],
  [23 / 12, -16 / 12, 5 / 12],
  [55 / 24, -59 / 24, 37 / 24, -9 / 24],
];

function root(x: number): number {
  return fround(Math.sqrt(x));
}
