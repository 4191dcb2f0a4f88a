/** How much of the picture is left after t training steps: the cumulative products of `1 - beta`. */
import { invalid } from './settings.js';
import type { Settings } from './settings.js';

const fround = Math.fround;
const BETA_MAX = 0.999;
/** Keeps the last noise level finite when it should be infinite (float16's smallest, as diffusers has it). */
const TERMINAL_ALPHA = 2 ** -24;
const SCHEDULES = ['linear', 'scaled_linear', 'squaredcos_cap_v2'] as const;
type BetaSchedule = (typeof SCHEDULES)[number] | 'sigmoid' | 'laplace' | 'exp';

export interface BetaOptions {
  readonly betaStart?: number;
  readonly betaEnd?: number;
  readonly schedule?: BetaSchedule;
  /** Schedules of this class besides the three that all have. */
  readonly more?: readonly BetaSchedule[];
  /** Sigma-based classes replace the 0 that a rescaled schedule ends in. */
  readonly keepsTerminal?: boolean;
}

/**
 * One float32 per training step, falling from almost 1. torch multiplies in double precision and rounds
 * every product.
 */
export function alphasCumprod(settings: Settings, options: BetaOptions = {}): Float32Array {
  const { betaStart = 0.0001, betaEnd = 0.02, schedule = 'linear', more = [] } = options;
  const steps = settings.integer('num_train_timesteps', 1000, 1, 100_000);
  const start = settings.number('beta_start', betaStart, 0, 1);
  const end = settings.number('beta_end', betaEnd, 0, 1);
  const name = settings.oneOf('beta_schedule', schedule, [...SCHEDULES, ...more]);
  const trained = settings.numbers('trained_betas', 100_000);
  if (trained !== undefined && trained.length !== steps) {
    throw invalid(`"trained_betas" has ${trained.length} numbers for ${steps} training steps`);
  }
  let betas = trained ? Float32Array.from(trained) : betasOf(name, start, end, steps);
  const isRescaled = settings.boolean('rescale_betas_zero_snr', false);
  if (isRescaled) betas = rescaleZeroTerminalSnr(betas);
  const out = cumulativeProducts(betas);
  if (isRescaled && options.keepsTerminal === true) out[steps - 1] = TERMINAL_ALPHA;
  for (const [i, value] of out.entries()) {
    const isLastZero = isRescaled && i === steps - 1 && value === 0;
    if (!(value > 0 && value < 1) && !isLastZero) throw invalid('its betas leave 0..1');
  }
  return out;
}

function betasOf(name: BetaSchedule, start: number, end: number, steps: number): Float32Array {
  switch (name) {
    case 'linear':
      return linspace32(start, end, steps);
    case 'scaled_linear':
      return linspace32(Math.sqrt(start), Math.sqrt(end), steps).map((root) => root * root);
    case 'sigmoid': {
      const span = fround(end - start);
      return linspace32(-6, 6, steps).map(
        (x) => fround(fround(1 / (1 + Math.exp(-x))) * span) + fround(start),
      );
    }
    case 'squaredcos_cap_v2':
      return fromAlphaBar(steps, (t) => Math.cos((((t + 0.008) / 1.008) * Math.PI) / 2) ** 2);
    case 'exp':
      return fromAlphaBar(steps, (t) => Math.exp(-12 * t));
    case 'laplace':
      return fromAlphaBar(steps, (t) => {
        const sign = t <= 0.5 ? 1 : -1;
        const snr = Math.exp(-0.5 * sign * Math.log(1 - 2 * Math.abs(0.5 - t) + 1e-6));
        return Math.sqrt(snr / (1 + snr));
      });
  }
}

/** Nichol & Dhariwal 2021 (arXiv:2102.09672), equation 17. */
function fromAlphaBar(steps: number, alphaBar: (t: number) => number): Float32Array {
  return Float32Array.from({ length: steps }, (_, i) =>
    Math.min(1 - alphaBar((i + 1) / steps) / alphaBar(i / steps), BETA_MAX),
  );
}

/** Lin et al. 2023 (arXiv:2305.08891), algorithm 1: the last training step is pure noise. */
function rescaleZeroTerminalSnr(betas: Float32Array): Float32Array {
  const roots = cumulativeProducts(betas).map(Math.sqrt);
  const first = roots[0]!;
  const last = roots.at(-1)!;
  const scale = fround(first / fround(first - last));
  const bar = roots.map((root) => fround(fround(root - last) * scale) ** 2);
  return bar.map((value, i) => 1 - (i === 0 ? value : fround(value / bar[i - 1]!)));
}

/** How a sample is mixed where `alpha` is the cumulative product. */
export function levelOf(alpha: number): { picture: number; noise: number } {
  return { picture: fround(Math.sqrt(alpha)), noise: fround(Math.sqrt(fround(1 - alpha))) };
}

function cumulativeProducts(betas: Float32Array): Float32Array {
  let product = 1;
  return betas.map((beta) => (product *= fround(1 - beta)));
}

/** torch.linspace in float32: counted from the nearer end. */
export function linspace32(start: number, end: number, count: number): Float32Array {
  const from = fround(start);
  const to = fround(end);
  if (count === 1) return Float32Array.of(from);
  const step = fround(fround(to - from) / (count - 1));
  return Float32Array.from({ length: count }, (_, i) =>
    i < count / 2 ? from + step * i : to - step * (count - 1 - i),
  );
}
