import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { torchRandn } from '../../src/core/index.js';
import { createFlowMatchEulerScheduler } from '../../src/generate/index.js';
import type { FlowMatchOptions } from '../../src/generate/index.js';

interface Case {
  name: string;
  config: Record<string, unknown>;
  timesteps: number[];
  sigmas: number[];
  sum_abs: number;
  mean_abs: number;
  first8: number[];
  last4: number[];
}

const { cases } = JSON.parse(
  readFileSync(
    new URL('../../fixtures/vectors/scheduler_flow_match.json', import.meta.url),
    'utf8',
  ),
) as { cases: Case[] };

/** diffusers' own tests allow 1e-2 on the sum and 1e-3 on the mean; float32 rounding explains far less. */
const SUM_TOLERANCE = 1e-4;
const VALUE_TOLERANCE = 2e-7;
const TIMESTEP_TOLERANCE = 6.2e-5; // one float32 step near 1000

/** diffusers' dummy_sample_deter: arange(768) / 768 as (3, 8, 8, 4), last axis moved to the front. */
function dummySample(): Float32Array {
  const out = new Float32Array(768);
  for (let i = 0; i < 768; i++) out[(i % 4) * 192 + Math.floor(i / 4)] = Math.fround(i / 768);
  return out;
}

/** diffusers' dummy_model in float32: x t / (t + 1). */
function dummyModel(sample: Float32Array, timestep: number): Float32Array {
  return sample.map((x) => Math.fround(x * timestep) / Math.fround(timestep + 1));
}

function run(
  options: FlowMatchOptions,
  request: { steps?: number; sigmas?: number[]; mu?: number },
) {
  const plan = createFlowMatchEulerScheduler(options).plan(request);
  const sample = dummySample();
  plan.timesteps.forEach((t, i) =>
    plan.step(sample, dummyModel(sample, t), i, torchRandn.bind(null, 0)),
  );
  return { plan, sample };
}

function expectClose(actual: ArrayLike<number>, expected: number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach((value, i) =>
    expect(Math.abs(actual[i]! - value)).toBeLessThanOrEqual(tolerance),
  );
}

describe('flow-matching Euler against diffusers', () => {
  it('has the reference cases', () => expect(cases.length).toBe(7));

  it.each(cases.map((c) => [c.name, c] as const))('%s', (_name, expected) => {
    const { config } = expected;
    const request = {
      ...('set_timesteps.num_inference_steps' in config
        ? { steps: config['set_timesteps.num_inference_steps'] as number }
        : {}),
      ...('set_timesteps.sigmas' in config
        ? { sigmas: config['set_timesteps.sigmas'] as number[] }
        : {}),
      ...('set_timesteps.mu' in config ? { mu: config['set_timesteps.mu'] as number } : {}),
    };
    const { plan, sample } = run(
      {
        shift: (config['shift'] as number | undefined) ?? 1,
        useDynamicShifting: config['use_dynamic_shifting'] === true,
      },
      request,
    );
    expectClose(plan.timesteps, expected.timesteps, TIMESTEP_TOLERANCE);
    expectClose(plan.sigmas, expected.sigmas, VALUE_TOLERANCE);
    const sum = sample.reduce((total, x) => total + Math.abs(x), 0);
    expect(Math.abs(sum - expected.sum_abs)).toBeLessThan(SUM_TOLERANCE);
    expect(Math.abs(sum / 768 - expected.mean_abs)).toBeLessThan(SUM_TOLERANCE);
    expectClose(sample.subarray(0, 8), expected.first8, VALUE_TOLERANCE);
    expectClose(sample.subarray(-4), expected.last4, VALUE_TOLERANCE);
  });

  it('shifts the last level once when asked to (diffusers issue 13243)', () => {
    const last = (fixDoubleShift: boolean) =>
      createFlowMatchEulerScheduler({ shift: 3, fixDoubleShift }).plan({ steps: 10 }).sigmas[9]!;
    expect(last(false)).toBeCloseTo(0.008929, 6);
    expect(last(true)).toBeCloseTo(0.002994, 6);
  });

  it('makes a plan of one step', () => {
    const { sigmas, timesteps } = createFlowMatchEulerScheduler({ shift: 3 }).plan({ steps: 1 });
    expect([...sigmas]).toEqual([1, 0]);
    expect([...timesteps]).toEqual([1000]);
  });
});

describe('bad requests', () => {
  const scheduler = createFlowMatchEulerScheduler();
  it.each([
    ['no steps', {}],
    ['zero steps', { steps: 0 }],
    ['half a step', { steps: 1.5 }],
    ['too many steps', { steps: 1001 }],
    ['no levels', { sigmas: [] }],
    ['a level above 1', { sigmas: [1.5] }],
    ['a level that is no number', { sigmas: [Number.NaN] }],
  ])('refuses %s', (_name, request) => expect(() => scheduler.plan(request)).toThrow());

  it('wants mu when the shift is dynamic', () => {
    const dynamic = createFlowMatchEulerScheduler({ useDynamicShifting: true });
    expect(() => dynamic.plan({ steps: 4 })).toThrowError(
      expect.objectContaining({ code: 'GENERATE_OPTION' }) as Error,
    );
  });

  it('refuses a shift of zero', () =>
    expect(() => createFlowMatchEulerScheduler({ shift: 0 })).toThrow(RangeError));
});
