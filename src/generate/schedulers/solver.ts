/** What DPM-Solver++ and UniPC share: their noise levels, and where they lie in the log signal-to-noise ratio. */
import { alphasCumprod } from './betas.js';
import { toNoise, toOriginal } from './prediction.js';
import type { Convert, PredictionType } from './prediction.js';
import type { NoiseLevel } from './add-noise.js';
import type { PlanRequest } from './scheduler.js';
import { badRequest } from './settings.js';
import type { Settings } from './settings.js';
import {
  interpolate,
  readSigmaSpacing,
  respacedSigmas,
  sigmasOf,
  sigmaToTimestep,
} from './sigmas.js';
import { readSpacing, roundHalfToEven, spacedTimesteps, stepsOf } from './timesteps.js';

const fround = Math.fround;
const PREDICTIONS = ['epsilon', 'v_prediction', 'sample', 'flow_prediction'] as const;
type SolverPrediction = PredictionType | 'flow_prediction';

/** `sample = alpha * picture + sigma * noise`, and `lambda = log(alpha / sigma)`. */
export interface SolverPoint {
  readonly alpha: number;
  readonly sigma: number;
  readonly lambda: number;
}

export interface SolverSchedule {
  /** Integers, as diffusers tells the model. */
  readonly timesteps: Float32Array;
  readonly sigmas: Float32Array;
}

export interface SolverGrid {
  schedule(request: PlanRequest): SolverSchedule;
  point(sigma: number): SolverPoint;
  /** Shares of picture and noise at a level. */
  level(sigma: number): NoiseLevel;
  picture(point: SolverPoint): Convert;
  noise(point: SolverPoint): Convert;
}

export function createSolverGrid(settings: Settings, isUniPc: boolean): SolverGrid {
  const alphas = alphasCumprod(settings, { keepsTerminal: true });
  const table = sigmasOf(alphas);
  const logTable = table.map(Math.log);
  const train = alphas.length;
  settings.refuse('thresholding', 'shift_terminal');
  const type: SolverPrediction = settings.oneOf('prediction_type', 'epsilon', PREDICTIONS);
  const spacing = readSpacing(settings, 'linspace');
  const offset = settings.integer('steps_offset', 0, 0, 1000);
  const sigmaSpacing = readSigmaSpacing(settings);
  const hasLuLambdas = !isUniPc && settings.boolean('use_lu_lambdas', false);
  const isFlow = settings.boolean('use_flow_sigmas', false);
  const flowShift = settings.number('flow_shift', 1, 1e-3, 1e3);
  const isShiftDynamic = settings.boolean('use_dynamic_shifting', false);
  settings.oneOf('time_shift_type', 'exponential', ['exponential']);
  const final = settings.oneOf('final_sigmas_type', 'zero', ['zero', 'sigma_min']);
  const sigmaMin = isUniPc ? settings.optionalNumber('sigma_min', 1e-10, 1e10) : undefined;
  const sigmaMax = isUniPc ? settings.optionalNumber('sigma_max', 1e-10, 1e10) : undefined;
  const hasCosineBetas = settings.oneOf('beta_schedule', 'linear', BETAS) === 'squaredcos_cap_v2';
  const lambdaMin = isUniPc
    ? -Infinity
    : settings.number('lambda_min_clipped', -Infinity, -Infinity, 1e3);
  const last = train - alphas.filter((alpha) => lambdaOf(alpha) < lambdaMin).length;

  const flowLevels = (steps: number, mu: number | undefined): number[] => {
    if (isShiftDynamic && mu === undefined) {
      throw badRequest('this scheduler shifts by the resolution and needs "mu" for every run');
    }
    const shift = mu === undefined ? flowShift : Math.exp(mu);
    return Array.from({ length: steps }, (_, i) => {
      // DPM-Solver's line ends at 0, UniPC's one training step above it.
      const t = (i / steps) * (1 / train - 1);
      const sigma = isUniPc ? 1 + t : 1 - 1 / train + t;
      return (shift * sigma) / (1 + (shift - 1) * sigma);
    });
  };

  return {
    schedule(request) {
      const steps = stepsOf(request, isFlow && isShiftDynamic ? ['mu'] : []);
      let timesteps = spacedTimesteps(steps, {
        spacing,
        train,
        offset,
        last,
        hasExtraPoint: spacing !== 'trailing',
      });
      let levels = timesteps.map((t) => interpolate(table, t));
      let lowest = table[0]!;
      if (sigmaSpacing !== 'none') {
        levels = respacedSigmas(
          sigmaSpacing,
          sigmaMax ?? table.at(-1)!,
          sigmaMin ?? table[0]!,
          steps,
        );
        if (isUniPc && isFlow && sigmaSpacing === 'karras') {
          levels = levels.map((sigma) => sigma / (sigma + 1));
          timesteps = levels.map((sigma) => sigma * train);
        } else {
          timesteps = levels.map((sigma) => sigmaToTimestep(sigma, logTable));
          const isRounded = sigmaSpacing === 'karras' && (isUniPc || !hasCosineBetas);
          if (isRounded) timesteps = timesteps.map(roundHalfToEven);
        }
        if (isUniPc) lowest = levels.at(-1)!;
      } else if (hasLuLambdas) {
        const from = logTable.at(-1)!;
        const span = logTable[0]! - from;
        levels = Array.from({ length: steps }, (_, i) =>
          Math.exp(from + (steps === 1 ? 0 : i / (steps - 1)) * span),
        );
        timesteps = levels.map((sigma) => sigmaToTimestep(sigma, logTable));
        if (!hasCosineBetas) timesteps = timesteps.map(roundHalfToEven);
      } else if (isFlow) {
        levels = flowLevels(steps, request.mu);
        // Level 1 has no signal: its log ratio would be infinite.
        if (isUniPc && Math.abs(levels[0]! - 1) < 1e-6) levels[0] = levels[0]! - 1e-6;
        timesteps = levels.map((sigma) => sigma * train);
        if (isUniPc) lowest = levels.at(-1)!;
      }
      return {
        timesteps: Float32Array.from(timesteps, Math.trunc),
        sigmas: Float32Array.of(...levels, final === 'zero' ? 0 : lowest),
      };
    },
    point(level) {
      const alpha = isFlow
        ? fround(1 - level)
        : fround(1 / fround(Math.sqrt(fround(fround(level * level) + 1))));
      const sigma = isFlow ? level : fround(level * alpha);
      return { alpha, sigma, lambda: fround(fround(Math.log(alpha)) - fround(Math.log(sigma))) };
    },
    level(sigma) {
      const at = this.point(sigma);
      return { picture: at.alpha, noise: at.sigma };
    },
    picture({ alpha, sigma }) {
      if (type === 'flow_prediction') return (x, m) => fround(x - fround(sigma * m));
      return toOriginal(type, alpha, sigma);
    },
    noise({ alpha, sigma }) {
      if (type === 'flow_prediction') throw badRequest('a flow has no noise prediction');
      return toNoise(type, alpha, sigma);
    },
  };
}

const BETAS = ['linear', 'scaled_linear', 'squaredcos_cap_v2'] as const;

function lambdaOf(alpha: number): number {
  return Math.log(Math.sqrt(alpha)) - Math.log(Math.sqrt(1 - alpha));
}
