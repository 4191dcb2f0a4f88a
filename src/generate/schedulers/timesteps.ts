/** Which training steps a run visits (Lin et al. 2023, arXiv:2305.08891, table 2), as numpy computes them. */
import { assertInteger } from '../../core/index.js';
import { badRequest } from './settings.js';
import type { Settings } from './settings.js';
import type { PlanRequest } from './scheduler.js';

const SPACINGS = ['linspace', 'leading', 'trailing'] as const;
export type TimestepSpacing = (typeof SPACINGS)[number];
export const STEPS_MAX = 1000;

export function readSpacing(settings: Settings, fallback: TimestepSpacing): TimestepSpacing {
  return settings.oneOf('timestep_spacing', fallback, SPACINGS);
}

/** The number of steps, when the request asks for nothing that only other schedulers have. */
export function stepsOf(request: PlanRequest, alsoAllowed: readonly (keyof PlanRequest)[] = []) {
  for (const field of ['sigmas', 'timesteps', 'mu', 'eta', 'strength'] as const) {
    if (request[field] !== undefined && !alsoAllowed.includes(field)) {
      throw badRequest(`this scheduler takes no "${field}"`);
    }
  }
  assertInteger(request.steps, 'steps', 1, STEPS_MAX);
  return request.steps!;
}

export interface SpacingOptions {
  readonly spacing: TimestepSpacing;
  /** Training steps. */
  readonly train: number;
  readonly offset: number;
  /** linspace only: keep fractions. */
  readonly isFractional?: boolean;
  /** Solvers that count the end of the last step as a point of the line. */
  readonly hasExtraPoint?: boolean;
  /** Training steps below a clipped noise level. Default: `train`. */
  readonly last?: number;
}

/** Falling. @throws GenerateError GENERATE_OPTION when there are not as many training steps. */
export function spacedTimesteps(steps: number, options: SpacingOptions): number[] {
  const { spacing, train, offset, isFractional = false, hasExtraPoint = false } = options;
  const { last = train } = options;
  if (steps > train) throw badRequest(`${steps} steps asked for, but the model has ${train}`);
  const points = hasExtraPoint ? steps + 1 : steps;
  const line = (at: (i: number) => number) => Array.from({ length: steps }, (_, i) => at(i));
  let timesteps: number[];
  if (spacing === 'linspace') {
    const stride = points === 1 ? 0 : (last - 1) / (points - 1);
    timesteps = line((i) => {
      const t = (points - 1 - i) * stride;
      return isFractional ? Math.fround(t) : roundHalfToEven(t);
    });
  } else if (spacing === 'leading') {
    const stride = Math.floor(last / points);
    timesteps = line((i) => (points - 1 - i) * stride + offset);
  } else {
    const stride = train / steps;
    // numpy.arange(last, 0, -stride)
    const length = Math.ceil(last / stride);
    timesteps = Array.from({ length }, (_, i) => roundHalfToEven(last - i * stride) - 1);
  }
  const [first = 0] = timesteps;
  if (first >= train || timesteps.length === 0) {
    throw badRequest(
      `${steps} steps reach training step ${first}, but the last one is ${train - 1}: ask for fewer`,
    );
  }
  return timesteps;
}

/** As Python and numpy round. */
export function roundHalfToEven(x: number): number {
  const rounded = Math.round(x);
  return Math.abs(x % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
