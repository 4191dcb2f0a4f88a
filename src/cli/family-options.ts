/** `--family --mix --truncation --temperature --sampler --trace`: drawing with the reference families. */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { printable } from '../core/index.js';
import type {
  Family,
  FamilyOptionName,
  FamilyOptions,
  ModelStore,
  Sampler,
} from '../provenance/index.js';
import {
  assertTakes,
  CONSISTENCY,
  createModelStore,
  FAMILIES,
  familyOf,
  SAMPLERS,
  TEXT_TAKES,
} from '../provenance/index.js';
import { namedPaths } from './commands/shared.js';
import type { EditFlags } from './edit-options.js';
import { UsageError } from './exit.js';
import type { OpenModels } from './folder-options.js';
import { numberOption } from './options.js';
import type { NamedPath } from './targets.js';
import type { WalkFlags } from './walk-options.js';

export interface FamilyFlags {
  family?: string;
  mix?: Mix;
  truncation?: number;
  temperature?: number;
  sampler?: Sampler;
  trace?: string;
  familyModels?: string;
}

interface Mix {
  readonly coarse: number;
  readonly fine: number;
  readonly layer: number;
}

/** Everything that a family may or may not take. */
type AllFlags = FamilyFlags &
  EditFlags &
  WalkFlags & {
    model?: string;
    turbo: boolean;
    includePrompt: boolean;
    promptWeights: boolean;
    control?: object;
    seed?: number;
    count: number;
    steps?: number;
    guidance?: number;
    negative?: string;
    size?: object;
    latentMark?: true;
  };

const names = (isFromText: boolean): string =>
  FAMILIES.filter(({ load }) => (load === undefined) === isFromText)
    .map(({ name }) => name)
    .join(', ');

export function addFamilyOptions(command: Command): Command {
  return command
    .option(
      '--family <name>',
      `a reference model instead: ${names(false)} take no prompt and draw small pictures, enlarged to 512; ${names(true)} are the bundled model`,
    )
    .option('--mix <a:b@n>', 'gan: styles of seed a, from layer n on those of seed b', mixOption)
    .option(
      '--truncation <x>',
      'gan: how far from the mean style, 0-1 (default: 0.8)',
      numberOption(0, 1),
    )
    .option(
      '--temperature <x>',
      'flow: spread of the noise, 0-1.5 (default: 0.7)',
      numberOption(0, 1.5),
    )
    .addOption(
      new Option('--sampler <name>', 'ddpm: ancestral (ddpm) or not (default: ddim)').choices(
        SAMPLERS,
      ),
    )
    .option('--trace <file>', 'ddpm: also draw noising, samples and guesses at eight moments')
    .option(
      '--family-models <dir>',
      'weights of --family that training/families/export.py wrote (default: the bundled ones)',
    );
}

function mixOption(text: string): Mix {
  const [, coarse, fine, layer] = /^(\d{1,15}):(\d{1,15})@(\d{1,2})$/.exec(text) ?? [];
  if (layer === undefined) {
    throw new InvalidArgumentError('Expected SEED:SEED@LAYER, such as 3:9@2.');
  }
  return { coarse: Number(coarse), fine: Number(fine), layer: Number(layer) };
}

/** Moments that `--trace` shows, so the fewest steps that it can show. */
const TRACED = 8;

/** What a family without a prompt is to draw. */
export interface FamilyRequest {
  readonly family: Family;
  readonly options: FamilyOptions;
  /** The seed that `--mix` names. */
  readonly seed?: number;
}

/**
 * The family that draws without a prompt; null when text is drawn, as usual.
 *
 * @throws UsageError or GenerateError GENERATE_OPTION for an unknown family, or options that it does not have.
 */
export function familyRequest(prompt: string | undefined, flags: AllFlags): FamilyRequest | null {
  if (flags.family !== undefined && flags.model !== undefined) {
    throw new UsageError('--family names a bundled model and --model a folder: give one of them');
  }
  if (flags.turbo && flags.family !== undefined && flags.family !== CONSISTENCY) {
    throw new UsageError(`--turbo is the family ${CONSISTENCY}: leave one of both out`);
  }
  const family = familyOf(flags.family ?? 'latent-diffusion');
  if (flags.model === undefined) {
    assertTakes(family, given(prompt, flags));
  } else if (own(flags).length > 0) {
    throw new UsageError(`--model takes no --${own(flags)[0]}`);
  }
  if (flags.familyModels !== undefined) assertOwnWeights(family);
  if (family.load === undefined) {
    if (prompt !== undefined) return null;
    throw new UsageError(
      `say what to draw, such as "a red apple", or give --family one of ${names(false)}`,
    );
  }
  if (flags.includePrompt || !flags.promptWeights) {
    const what = flags.includePrompt ? '--include-prompt' : '--no-prompt-weights';
    throw new UsageError(`${what} is about a prompt, and ${family.name} takes none`);
  }
  const { mix, seed, count, truncation, temperature, sampler } = flags;
  if (mix !== undefined && (seed !== undefined || count !== 1)) {
    throw new UsageError('--mix names both seeds of one picture: leave --seed and --count out');
  }
  if (flags.trace !== undefined && count !== 1) {
    throw new UsageError('--trace shows one picture: leave --count out');
  }
  if (flags.trace !== undefined && (flags.steps ?? TRACED) < TRACED) {
    throw new UsageError(`--trace shows ${TRACED} moments: give --steps ${TRACED} or more`);
  }
  return {
    family,
    options: {
      ...(mix === undefined ? {} : { mix: { seed: mix.fine, layer: mix.layer } }),
      ...(truncation === undefined ? {} : { truncation }),
      ...(temperature === undefined ? {} : { temperature }),
      ...(sampler === undefined ? {} : { sampler }),
    },
    ...(mix === undefined ? {} : { seed: mix.coarse }),
  };
}

/** Whether the distilled model is to draw. */
export const isTurbo = ({ family, turbo }: { family?: string; turbo: boolean }): boolean =>
  turbo || family === CONSISTENCY;

/** @throws UsageError where `--family-models` can hold no weights of the family. */
export function assertOwnWeights({ load }: Family): void {
  if (load !== undefined) return;
  throw new UsageError(`--family-models holds weights of ${names(false)}: name one by --family`);
}

/** The bundled models, or those of `--family-models`. @throws UsageError when it is no folder of models. */
export async function openFamilyModels(
  dir: string | undefined,
  threads: number | undefined,
): Promise<OpenModels & { readonly models: ModelStore }> {
  if (dir !== undefined) await assertModels(dir);
  const models = createModelStore({
    ...(dir === undefined ? {} : { dir }),
    ...(threads === undefined ? {} : { threads }),
  });
  return { models, source: { models }, dispose: () => models.dispose() };
}

async function assertModels(dir: string): Promise<void> {
  const info = await stat(dir).catch(() => null);
  const isFolder = info?.isDirectory() === true;
  if (isFolder && (await stat(join(dir, 'manifest.json')).catch(() => null))?.isFile()) return;
  throw new UsageError(
    `--family-models ${printable(dir, 200)} ${isFolder ? 'holds no manifest.json' : 'is no folder'}: ` +
      'name what training/families/export.py --out wrote',
  );
}

/** A sheet with noise in it hides a mark well and needs a strong one; what it costs is not seen in noise. */
export const SHEET_MARK = { minPsnr: 32, minSsim: 0.9 } as const;

export const traceTarget = ({ trace }: FamilyFlags): NamedPath[] =>
  namedPaths({ '--trace': trace });

const OWN = ['mix', 'truncation', 'temperature', 'sampler', 'trace'] as const;
const SHARED = TEXT_TAKES.filter((name) => name !== 'prompt');

const own = (flags: FamilyFlags) => OWN.filter((name) => flags[name] !== undefined);

function given(prompt: string | undefined, flags: AllFlags): FamilyOptionName[] {
  const hasPrompt = prompt !== undefined || flags.to !== undefined;
  return [
    ...(hasPrompt ? ['prompt' as const] : []),
    ...SHARED.filter((name) => flags[name] !== undefined),
    ...own(flags),
  ];
}
