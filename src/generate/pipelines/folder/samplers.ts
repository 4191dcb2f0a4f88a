/** The folder's own scheduler, and those that users name instead. */
import { printable } from '../../../core/index.js';
import type { ModelFolder } from '../../../onnx/index.js';
import { optionError } from '../../errors.js';
import { createScheduler, SCHEDULER_CLASSES } from '../../schedulers/from-config.js';
import type { Scheduler } from '../../schedulers/scheduler.js';
import { parseSchedulerConfig } from '../../schedulers/settings.js';
import { badFolder } from './configs.js';
import type { Config } from './configs.js';
import type { Family } from './layout.js';

/** Names that users of webui, ComfyUI and diffusers know. */
const NAMES: Readonly<Record<string, Config>> = {
  ddim: { _class_name: 'DDIMScheduler' },
  ddpm: { _class_name: 'DDPMScheduler' },
  pndm: { _class_name: 'PNDMScheduler' },
  euler: { _class_name: 'EulerDiscreteScheduler' },
  'euler-karras': { _class_name: 'EulerDiscreteScheduler', use_karras_sigmas: true },
  'euler-ancestral': { _class_name: 'EulerAncestralDiscreteScheduler' },
  heun: { _class_name: 'HeunDiscreteScheduler' },
  'dpm++-2m': { _class_name: 'DPMSolverMultistepScheduler', algorithm_type: 'dpmsolver++' },
  'dpm++-2m-karras': {
    _class_name: 'DPMSolverMultistepScheduler',
    algorithm_type: 'dpmsolver++',
    use_karras_sigmas: true,
  },
  'dpm++-2m-sde': { _class_name: 'DPMSolverMultistepScheduler', algorithm_type: 'sde-dpmsolver++' },
  unipc: { _class_name: 'UniPCMultistepScheduler' },
  lcm: { _class_name: 'LCMScheduler' },
  tcd: { _class_name: 'TCDScheduler' },
  'flow-euler': { _class_name: 'FlowMatchEulerDiscreteScheduler' },
};

/** What `--scheduler` takes besides class names. */
export const SCHEDULER_NAMES: readonly string[] = Object.keys(NAMES);
const FLOW_CLASS = 'FlowMatchEulerDiscreteScheduler';

/** @throws GenerateError GENERATE_PIPELINE_INVALID without one */
export async function readSchedulerConfig(folder: ModelFolder): Promise<Config> {
  const text = await folder.readText('scheduler/scheduler_config.json');
  if (text === undefined) throw badFolder(folder, 'scheduler/scheduler_config.json is missing');
  const config = parseSchedulerConfig(text);
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    throw badFolder(folder, 'scheduler/scheduler_config.json should be a JSON object');
  }
  return config as Config;
}

/**
 * @param name one of SCHEDULER_NAMES or a class of diffusers, with the folder's other settings
 *   (`Class.from_config(pipeline.scheduler.config)`); undefined for the folder's own
 * @throws GenerateError GENERATE_OPTION for an unknown name, GENERATE_PIPELINE_INVALID for the folder's own
 */
export function samplerFor(config: Config, family: Family, name: string | undefined): Scheduler {
  if (name === undefined) return createScheduler(config);
  const key = name.toLowerCase();
  const known = Object.hasOwn(NAMES, key)
    ? NAMES[key]
    : SCHEDULER_CLASSES.includes(name)
      ? { _class_name: name }
      : undefined;
  if (known === undefined) {
    throw optionError(
      `there is no scheduler "${printable(name, 60)}": use ${SCHEDULER_NAMES.join(', ')}, ` +
        'or the name of its class in diffusers',
    );
  }
  const isFlow = family === 'sd3' || family === 'flux';
  if (isFlow !== (known['_class_name'] === FLOW_CLASS)) {
    throw optionError(
      isFlow
        ? 'this model is a flow: only "flow-euler" fits, which is its own'
        : '"flow-euler" is for Stable Diffusion 3 and Flux: this model needs another one',
    );
  }
  return createScheduler({ ...config, ...known });
}
