/** Every scheduler against diffusers, from its configuration to the last sample. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTorchNormals } from '../../src/core/index.js';
import { createScheduler, SCHEDULER_CLASSES } from '../../src/generate/index.js';
import type { PlanRequest, SamplingPlan } from '../../src/generate/index.js';

interface Case {
  class: string;
  config: Record<string, unknown>;
  request: PlanRequest;
  scale: number;
  timesteps: number[];
  sigmas?: number[];
  sumAbs: number;
  values: number[];
}

const { cases } = JSON.parse(
  readFileSync(new URL('../../fixtures/vectors/sampler.json', import.meta.url), 'utf8'),
) as { cases: Case[] };

/** Of the largest value: some 50 float32 roundings. Half a grey level is 2e-3. */
const VALUE_TOLERANCE = 3e-6;
/** Of a noise level. */
const SIGMA_TOLERANCE = 2e-6;
/** One float32 step near 1,000, and the interpolation of a logarithm that numpy rounds otherwise. */
const TIMESTEP_TOLERANCE = 2e-3;

/** diffusers' dummy_sample_deter: arange(768) / 768 as (3, 8, 8, 4), last axis moved to the front. */
function firstSample(scale: number): Float32Array {
  const out = new Float32Array(768);
  for (let i = 0; i < 768; i++) {
    out[(i % 4) * 192 + Math.floor(i / 4)] = Math.fround(i / 768) * Math.fround(scale);
  }
  return out;
}

function run(plan: SamplingPlan): Float32Array {
  const sample = firstSample(plan.initialNoiseScale);
  const noise = createTorchNormals(0);
  plan.timesteps.forEach((t, index) => {
    const input = sample.slice();
    plan.scaleInput?.(sample, index, input);
    const output = input.map((x) => x / 2 + Math.fround(t / 8192));
    plan.step(sample, output, index, noise);
  });
  return sample;
}

function expectNear(actual: ArrayLike<number>, expected: number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  const worst = expected.reduce((most, x, i) => Math.max(most, Math.abs(x - actual[i]!)), 0);
  expect(worst).toBeLessThanOrEqual(tolerance);
}

const named = cases.map((c) => {
  const { config, request } = c;
  return [`${c.class} ${JSON.stringify({ ...config, ...request })}`, c] as const;
});

describe('schedulers against diffusers', () => {
  it('has cases for every class', () => {
    expect(new Set(cases.map((c) => c.class))).toEqual(new Set(SCHEDULER_CLASSES));
    expect(cases.length).toBe(52);
  });

  it.each(named)('%s', (_name, expected) => {
    const scheduler = createScheduler({ _class_name: expected.class, ...expected.config });
    const plan = scheduler.plan(expected.request);
    expect(scheduler.name).toBe(expected.class);
    expect(plan.initialNoiseScale / expected.scale).toBeCloseTo(1, 5);
    expectNear(plan.timesteps, expected.timesteps, TIMESTEP_TOLERANCE);
    const { sigmas } = plan as { sigmas?: Float32Array };
    if (expected.sigmas) {
      const largest = Math.max(1, ...expected.sigmas);
      expectNear(sigmas!, expected.sigmas, SIGMA_TOLERANCE * largest);
    }
    const sample = run(plan);
    const largest = Math.max(1, ...expected.values.map(Math.abs));
    const values = expected.values.map((_, i) => sample[31 + 64 * i]!);
    expectNear(values, expected.values, VALUE_TOLERANCE * largest);
    const sum = sample.reduce((total, x) => total + Math.abs(x), 0);
    expect(Math.abs(sum - expected.sumAbs)).toBeLessThan(VALUE_TOLERANCE * 768 * largest);
  });
});
