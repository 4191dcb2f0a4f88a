/** `--control KIND:FILE --control-source --control-scale`: drawing along another picture. */
import { basename } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import type { ControlKind, ControlSource, GenerateMarkedOptions } from '../provenance/index.js';
import { CONTROL_KINDS, CONTROL_SOURCES, readImageFile } from '../provenance/index.js';
import { namedPaths } from './commands/shared.js';
import { numberOption } from './options.js';
import type { NamedPath } from './targets.js';

interface ControlFile {
  kind?: ControlKind;
  path: string;
}

export interface ControlFlags {
  control?: ControlFile;
  controlSource?: ControlSource;
  controlScale?: number;
}

export function addControlOptions(command: Command): Command {
  return command
    .option(
      '--control <kind:file>',
      `draw along a picture; kinds: ${CONTROL_KINDS.join(', ')} (a skeleton, or OpenPose keypoints as JSON; with --model, the file alone is a ready map)`,
      controlOption,
    )
    .addOption(
      new Option(
        '--control-source <what>',
        'whether --control is a ready map or a photo to draw lines from (default: recognised)',
      ).choices(CONTROL_SOURCES),
    )
    .option(
      '--control-scale <x>',
      'how strongly --control steers, 0-2 (default: 1)',
      numberOption(0, 2),
    );
}

const FORMS = CONTROL_KINDS.map((kind) => `${kind}:FILE`).join(', ');

/** A file whose own name begins like a kind is given as ./NAME; a single letter is a drive. */
function controlOption(text: string, previous?: ControlFile): ControlFile {
  if (previous !== undefined) {
    throw new InvalidArgumentError('The model draws along one picture: give one --control.');
  }
  const [, name, path] = /^([a-z][a-z-]+):(.*)$/is.exec(text) ?? [];
  if (path === '') throw new InvalidArgumentError(`No file is named. Expected ${FORMS}.`);
  if (name === undefined || path === undefined) return { path: text };
  const kind = CONTROL_KINDS.find(
    (known) => known === name || (name === 'seg' && known === 'segmentation'),
  );
  if (kind !== undefined) return { kind, path };
  throw new InvalidArgumentError(`No model here reads "${name}". Expected ${FORMS}.`);
}

/** The files that are read: none of them may be written over. */
export const controlFiles = ({ control }: ControlFlags): NamedPath[] =>
  namedPaths({ '--control': control?.path });

type ControlOptions = Pick<
  GenerateMarkedOptions,
  'control' | 'controlKind' | 'controlSource' | 'controlScale'
>;

/** @throws ImageError when a file cannot be read. */
export async function controlOptions(flags: ControlFlags): Promise<ControlOptions> {
  const { control, controlSource, controlScale } = flags;
  return {
    ...(control === undefined
      ? {}
      : { control: { bytes: await readImageFile(control.path), title: basename(control.path) } }),
    ...(control?.kind === undefined ? {} : { controlKind: control.kind }),
    ...(controlSource === undefined ? {} : { controlSource }),
    ...(controlScale === undefined ? {} : { controlScale }),
  };
}
