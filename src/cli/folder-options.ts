/** `--turbo`, and `--model DIR --scheduler`: which model draws. */
import type { Command } from 'commander';
import type { CreateGeneratorOptions, GenerateMarkedOptions } from '../provenance/index.js';
import { createModelStore, openFolder, TURBO_PIPELINE } from '../provenance/index.js';
import { UsageError } from './exit.js';

export interface FolderFlags {
  turbo: boolean;
  model?: string;
  scheduler?: string;
  promptWeights: boolean;
}

export function addFolderOptions(command: Command): Command {
  return command
    .option('--turbo', 'draw with the bundled model distilled for 1 to 4 steps (default: 4)', false)
    .option('--model <dir>', 'draw with a model folder of your own (diffusers ONNX layout)')
    .option('--scheduler <name>', 'with --model: sampler, such as euler or dpm++-2m-karras')
    .option('--no-prompt-weights', 'with --model: read (word:1.2) as text and not as a weight');
}

type FolderOptions = Pick<GenerateMarkedOptions, 'scheduler' | 'promptWeights'>;

export function folderOptions({ scheduler, promptWeights }: FolderFlags): FolderOptions {
  return {
    ...(scheduler === undefined ? {} : { scheduler }),
    ...(promptWeights ? {} : { promptWeights }),
  };
}

export interface OpenModels {
  readonly source: CreateGeneratorOptions;
  readonly dispose: () => Promise<void>;
}

/** The bundled models, or the folder that `--model` names. */
export function openModels(
  { model: dir, turbo }: FolderFlags,
  threads: number | undefined,
): OpenModels {
  const options = threads === undefined ? {} : { threads };
  if (dir !== undefined) {
    if (turbo) throw new UsageError('--turbo is a bundled model: it excludes --model');
    const folder = openFolder(dir, options);
    return { source: { folder }, dispose: () => folder.dispose() };
  }
  const models = createModelStore(options);
  const source = turbo ? { models, pipeline: TURBO_PIPELINE } : { models };
  return { source, dispose: () => models.dispose() };
}
