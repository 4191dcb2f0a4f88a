/**
 * Noise levels of rectified flows (Liu et al. 2022, arXiv:2209.03003; Esser et al. 2024, arXiv:2403.03206), numerically as in
 * diffusers 0.40: the same values are float32 and float64 as there.
 */
import { assertInteger, assertNumber } from '../../core/index.js';
import { optionError } from '../errors.js';
import type { PlanRequest, SigmaPlan } from './scheduler.js';

const STEPS_MAX = 1000;
const fround = Math.fround;

export interface FlowMatchOptions {
  /** Noise levels are moved to `shift s / (1 + (shift - 1) s)`. Default 1 (unmoved). */
  readonly shift?: number;
  /** Timestep of noise level 1. Default 1000. */
  readonly numTrainTimesteps?: number;
  /** Shift by `mu` given per run (Flux) instead of by `shift`. Default false. */
  readonly useDynamicShifting?: boolean;
  /**
   * diffusers stores the smallest noise level after shifting it, and `set_timesteps(n)` shifts it once
   * more (huggingface/diffusers issue 13243): with shift 3 the last level is .008929 and not .002994.
   * Models were published with samples made that way, so the default, false, repeats it. It does
   * not concern runs that give their own `sigmas`.
   */
  readonly fixDoubleShift?: boolean;
}

/** A plan whose samples lie on straight lines from noise to picture, but for its `step`. */
export type FlowMatchPlan = Omit<SigmaPlan, 'step'>;

/** What the schedulers of rectified flows have in common: their noise levels, and how a sample is mixed. */
export function flowMatchPlans(options: FlowMatchOptions): (request: PlanRequest) => FlowMatchPlan {
  const { shift = 1, numTrainTimesteps = 1000 } = options;
  const { useDynamicShifting = false, fixDoubleShift = false } = options;
  assertNumber(shift, 'shift', 1e-3, 1e3);
  assertInteger(numTrainTimesteps, 'numTrainTimesteps', 1, 1e6);

  const isShiftedBefore = !useDynamicShifting && !fixDoubleShift;
  const bound = (sigma: number): number =>
    isShiftedBefore ? shift32(fround(sigma), shift) : fround(sigma);
  const sigmaMax = bound(1);
  const sigmaMin = bound(1 / numTrainTimesteps);

  const levels = ({ steps, sigmas, mu }: PlanRequest): Float32Array => {
    if (useDynamicShifting && mu === undefined) {
      throw optionError('this scheduler shifts by the resolution and needs "mu" for every run');
    }
    const move = (sigma: number, round: (x: number) => number): number => {
      if (!useDynamicShifting) {
        const scaled = round(shift * sigma);
        return round(scaled / round(1 + round((shift - 1) * sigma)));
      }
      const e = Math.exp(mu!);
      return round(e / round(round(e) + round(round(1 / sigma) - 1)));
    };
    // numpy keeps given levels in float32 and computes its own line in float64.
    if (sigmas !== undefined) {
      if (
        sigmas.length === 0 ||
        sigmas.length > STEPS_MAX ||
        !sigmas.every((s) => s > 0 && s <= 1)
      ) {
        throw optionError(`"sigmas" should be 1..${STEPS_MAX} numbers in ]0, 1]`);
      }
      return Float32Array.from(sigmas, (sigma) => move(fround(sigma), fround));
    }
    assertInteger(steps, 'steps', 1, STEPS_MAX);
    return Float32Array.from({ length: steps! }, (_, i) => {
      const start = sigmaMax * numTrainTimesteps;
      const span = sigmaMin * numTrainTimesteps - start;
      const timestep = steps === 1 ? start : start + (i / (steps! - 1)) * span;
      return move(timestep / numTrainTimesteps, (x) => x);
    });
  };

  return (request) => {
    const moved = levels(request);
    const sigmas = new Float32Array(moved.length + 1);
    sigmas.set(moved);
    return {
      timesteps: moved.map((sigma) => sigma * numTrainTimesteps),
      sigmas,
      initialNoiseScale: 1,
      addNoise(clean, noise, index, out) {
        const sigma = sigmas[index]!;
        const rest = fround(1 - sigma);
        for (let i = 0; i < out.length; i++) {
          out[i] = fround(sigma * noise[i]!) + fround(rest * clean[i]!);
        }
      },
    };
  };
}

function shift32(sigma: number, shift: number): number {
  return fround(fround(shift * sigma) / fround(1 + fround((shift - 1) * sigma)));
}
