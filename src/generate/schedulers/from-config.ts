/** The scheduler that a folder's scheduler_config.json names. */
import { printable } from '../../core/index.js';
import { createConsistencyScheduler } from './consistency.js';
import { createDdimScheduler } from './ddim.js';
import { createDdpmScheduler } from './ddpm.js';
import { createDpmSolverScheduler } from './dpm-solver.js';
import { createEulerAncestralScheduler } from './euler-ancestral.js';
import { createEulerScheduler } from './euler.js';
import { createFlowMatchEulerScheduler } from './flow-match-euler.js';
import { createFlowMatchLcmScheduler } from './flow-match-lcm.js';
import type { FlowMatchOptions } from './flow-match.js';
import { createHeunScheduler } from './heun.js';
import { createLcmScheduler } from './lcm.js';
import { createPndmScheduler } from './pndm.js';
import type { Scheduler } from './scheduler.js';
import { invalid, Settings } from './settings.js';
import { createTcdScheduler } from './tcd.js';
import { createUniPcScheduler } from './unipc.js';

const CLASSES: Readonly<Record<string, (settings: Settings) => Scheduler>> = {
  CMStochasticIterativeScheduler: createConsistencyScheduler,
  DDIMScheduler: createDdimScheduler,
  DDPMScheduler: createDdpmScheduler,
  DPMSolverMultistepScheduler: createDpmSolverScheduler,
  EulerAncestralDiscreteScheduler: createEulerAncestralScheduler,
  EulerDiscreteScheduler: createEulerScheduler,
  FlowMatchEulerDiscreteScheduler: (settings) => {
    settings.refuse('stochastic_sampling');
    return createFlowMatchEulerScheduler(flowMatch(settings));
  },
  FlowMatchLCMScheduler: (settings) => {
    settings.refuse('scale_factors');
    return createFlowMatchLcmScheduler(flowMatch(settings));
  },
  HeunDiscreteScheduler: createHeunScheduler,
  LCMScheduler: createLcmScheduler,
  PNDMScheduler: createPndmScheduler,
  TCDScheduler: createTcdScheduler,
  UniPCMultistepScheduler: createUniPcScheduler,
};

/** Class names of diffusers that `createScheduler` knows. */
export const SCHEDULER_CLASSES: readonly string[] = Object.keys(CLASSES);

/**
 * @param config parsed scheduler_config.json of diffusers (`parseSchedulerConfig` reads Python's JSON);
 *   missing fields have the defaults of diffusers
 * @throws GenerateError GENERATE_PIPELINE_INVALID for an unknown class, a value outside its range or a
 *   setting that would change the picture and is not supported
 */
export function createScheduler(config: unknown): Scheduler {
  const settings = new Settings(config);
  const { _class_name: name } = config as Record<string, unknown>;
  if (typeof name !== 'string') throw invalid('it has no "_class_name"');
  if (!Object.hasOwn(CLASSES, name)) {
    throw invalid(
      `"${printable(name, 80)}" is unknown; this version has ${SCHEDULER_CLASSES.join(', ')}`,
    );
  }
  return CLASSES[name]!(settings);
}

function flowMatch(settings: Settings): FlowMatchOptions {
  settings.refuse(
    'use_karras_sigmas',
    'use_exponential_sigmas',
    'use_beta_sigmas',
    'shift_terminal',
    'invert_sigmas',
  );
  settings.oneOf('time_shift_type', 'exponential', ['exponential']);
  return {
    shift: settings.number('shift', 1, 1e-3, 1e3),
    numTrainTimesteps: settings.integer('num_train_timesteps', 1000, 1, 1e6),
    useDynamicShifting: settings.boolean('use_dynamic_shifting', false),
  };
}
