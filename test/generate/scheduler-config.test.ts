import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createScheduler,
  GenerateError,
  parseSchedulerConfig,
  SCHEDULER_CLASSES,
} from '../../src/generate/index.js';

const withCode = (code: string) => expect.objectContaining({ code }) as Error;
const INVALID = withCode('GENERATE_PIPELINE_INVALID');
const OPTION = withCode('GENERATE_OPTION');

describe('a scheduler_config.json as Python writes it', () => {
  it('may say -Infinity, but not inside a text', () => {
    const text =
      '{"lambda_min_clipped": -Infinity, "a": NaN, "b": "-Infinity \\"NaN", "c": Infinity}';
    expect(parseSchedulerConfig(text)).toEqual({
      lambda_min_clipped: -Infinity,
      a: null,
      b: '-Infinity "NaN',
      c: Infinity,
    });
  });

  it('makes the scheduler of a Stable Diffusion folder', () => {
    const config = parseSchedulerConfig(`{
      "_class_name": "PNDMScheduler", "_diffusers_version": "0.7.0.dev0", "beta_end": 0.012,
      "beta_schedule": "scaled_linear", "beta_start": 0.00085, "num_train_timesteps": 1000,
      "set_alpha_to_one": false, "skip_prk_steps": true, "steps_offset": 1, "trained_betas": null,
      "clip_sample": false}`);
    const { timesteps } = createScheduler(config).plan({ steps: 50 });
    expect([...timesteps.slice(0, 4)]).toEqual([981, 961, 961, 941]);
    expect(timesteps.length).toBe(51);
  });

  it.each(['', '{', 'Infinity Infinity', `"${'a'.repeat(300_000)}"`])(
    'or it is refused: %.20s',
    (text) => expect(() => parseSchedulerConfig(text)).toThrowError(INVALID),
  );

  it('refuses a string of escaped quotes that is never closed in one pass', () => {
    const text = `{"a":${'"\\'.repeat(130_000)}`;
    expect(() => parseSchedulerConfig(text)).toThrowError(INVALID);
  });
});

describe('a configuration that cannot be honoured', () => {
  it('of an unknown class names those that are known', () => {
    const thrown = () => createScheduler({ _class_name: 'KDPM2DiscreteScheduler' });
    expect(thrown).toThrowError(INVALID);
    for (const name of SCHEDULER_CLASSES) expect(thrown).toThrowError(name);
  });

  it.each<[string, unknown]>([
    ['no object', 3],
    ['a list', []],
    ['no class', {}],
    ['a class of Object', { _class_name: 'toString' }],
    ['an unknown schedule', { _class_name: 'DDIMScheduler', beta_schedule: 'linear\u001b[2J' }],
    ['betas of 1', { _class_name: 'DDIMScheduler', beta_end: 1 }],
    ['too few trained betas', { _class_name: 'DDIMScheduler', trained_betas: [0.1] }],
    ['dynamic thresholding', { _class_name: 'DDIMScheduler', thresholding: true }],
    ['a learned variance', { _class_name: 'DDPMScheduler', variance_type: 'learned' }],
    ['beta sigmas', { _class_name: 'EulerDiscreteScheduler', use_beta_sigmas: true }],
    [
      'two spacings of sigmas',
      {
        _class_name: 'HeunDiscreteScheduler',
        use_karras_sigmas: true,
        use_exponential_sigmas: true,
      },
    ],
    [
      'a deprecated solver',
      { _class_name: 'DPMSolverMultistepScheduler', algorithm_type: 'dpmsolver' },
    ],
    ['half a training step', { _class_name: 'LCMScheduler', num_train_timesteps: 10.5 }],
    ['a text for a number', { _class_name: 'TCDScheduler', beta_start: '0.1' }],
    [
      'a picture predicted with fresh noise',
      {
        _class_name: 'EulerAncestralDiscreteScheduler',
        prediction_type: 'sample',
      },
    ],
  ])('%s', (_name, config) => expect(() => createScheduler(config)).toThrowError(INVALID));

  it('is a typed error for any values, and a finite plan otherwise', () => {
    const fields = [
      'beta_start',
      'beta_end',
      'beta_schedule',
      'num_train_timesteps',
      'prediction_type',
      'timestep_spacing',
      'steps_offset',
      'use_karras_sigmas',
      'rescale_betas_zero_snr',
      'trained_betas',
      'lambda_min_clipped',
    ];
    const value = fc.oneof(
      fc.constantFrom<unknown>(
        'linear',
        'trailing',
        'leading',
        'v_prediction',
        true,
        false,
        null,
        1e-4,
        0.02,
      ),
      fc.integer({ min: -1, max: 1200 }),
      fc.jsonValue({ maxDepth: 1 }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...SCHEDULER_CLASSES),
        fc.dictionary(fc.constantFrom(...fields), value),
        fc.integer({ min: 1, max: 20 }),
        (name, config, steps) => {
          try {
            const plan = createScheduler({ ...config, _class_name: name }).plan({ steps });
            expect(plan.timesteps.every(Number.isFinite)).toBe(true);
            expect(plan.initialNoiseScale).toBeGreaterThan(0);
          } catch (error) {
            expect(error).toBeInstanceOf(GenerateError);
          }
        },
      ),
      { seed: 9, numRuns: 300 },
    );
  });
});

describe('a run that cannot be planned', () => {
  it.each<[string, string, object]>([
    ['more steps than the distillation had', 'LCMScheduler', { steps: 51 }],
    ['timesteps that rise', 'CMStochasticIterativeScheduler', { timesteps: [0, 10] }],
    ['eta where it means nothing', 'EulerDiscreteScheduler', { steps: 4, eta: 0.5 }],
    ['mu where nothing is shifted', 'UniPCMultistepScheduler', { steps: 4, mu: 1 }],
    ['too few steps for a multistep', 'PNDMScheduler', { steps: 3 }],
  ])('%s', (_name, className, request) => {
    const scheduler = createScheduler({ _class_name: className });
    expect(() => scheduler.plan(request)).toThrowError(OPTION);
  });

  it('reaches beyond the last training step', () => {
    const scheduler = createScheduler({ _class_name: 'DDIMScheduler', steps_offset: 1 });
    expect(() => scheduler.plan({ steps: 1000 })).toThrowError(OPTION);
  });

  it.each(SCHEDULER_CLASSES)('%s: no steps, or half a step', (name) => {
    const scheduler = createScheduler({ _class_name: name });
    expect(() => scheduler.plan({})).toThrow();
    expect(() => scheduler.plan({ steps: 1.5 })).toThrow(RangeError);
  });
});
