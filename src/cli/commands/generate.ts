/** `imprint generate "prompt"`: images from text, always marked and signed. */
import { randomInt } from 'node:crypto';
import { Option } from 'commander';
import type { Command } from 'commander';
import type {
  GenerateMarkedOptions,
  Generator,
  Issuer,
  OutputFormat,
  StrengthOptions,
} from '../../provenance/index.js';
import { createFamilyGenerator, createGenerator, OUTPUT_FORMATS } from '../../provenance/index.js';
import type { EditFlags } from '../edit-options.js';
import { addEditOptions, editFiles, editOptions } from '../edit-options.js';
import { EXIT, UsageError } from '../exit.js';
import type { ControlFlags } from '../control-options.js';
import { addControlOptions, controlFiles, controlOptions } from '../control-options.js';
import type { FamilyFlags } from '../family-options.js';
import {
  addFamilyOptions,
  familyRequest,
  isTurbo,
  openFamilyModels,
  SHEET_MARK,
  traceTarget,
} from '../family-options.js';
import type { FolderFlags } from '../folder-options.js';
import { addFolderOptions, folderOptions, openModels } from '../folder-options.js';
import { FORMAT_EXTENSIONS, formatOfPath, numberedPath } from '../files.js';
import { interruptible } from '../interruptible.js';
import type { CliIo } from '../io.js';
import { issuerFor } from '../issuer.js';
import type { IssuerFlags } from '../issuer.js';
import type { WrittenImage } from '../made-image.js';
import { describeImage, makeImage } from '../made-image.js';
import type { ManifestFlags } from '../manifest-options.js';
import {
  addManifestOptions,
  manifestOptions,
  sidecarTargets,
  writeSidecar,
} from '../manifest-options.js';
import { integerOption, numberOption, sizeOption } from '../options.js';
import type { RegistryFlags } from '../registry.js';
import { addRememberOptions, remembering } from '../registry.js';
import { toJson } from '../render/json.js';
import { keepInputs, outputTarget } from '../targets.js';
import type { WalkFlags } from '../walk-options.js';
import { addWalkOptions, walkOf } from '../walk-options.js';
import { writeWhole } from '../write-whole.js';
import { addIssuerOptions, addStrengthOptions, issuerFiles, strengthOptions } from './shared.js';

const SEED_MAX = 2 ** 53 - 100;

interface GenerateFlags
  extends
    IssuerFlags,
    ManifestFlags,
    Omit<StrengthOptions, 'strength'>,
    RegistryFlags,
    EditFlags,
    ControlFlags,
    FolderFlags,
    FamilyFlags,
    WalkFlags {
  markStrength?: number;
  output?: string;
  format?: OutputFormat;
  quality?: number;
  seed?: number;
  count: number;
  steps?: number;
  guidance?: number;
  negative?: string;
  size?: { width: number; height: number };
  includePrompt: boolean;
  latentMark?: true;
  unsafeUnmarked: boolean;
  threads?: number;
  json: boolean;
}

export function addGenerateCommand(
  program: Command,
  io: CliIo,
  done: (code: number) => void,
): void {
  const command = program
    .command('generate')
    .description('make images from text, watermarked and signed')
    .argument('[prompt]', 'what to draw, such as "a red apple on a blue background"')
    .option('-o, --output <file>', 'file to write; several images get -1, -2, ... in their names')
    .addOption(new Option('--format <format>', 'file format').choices(OUTPUT_FORMATS))
    .option('--quality <n>', 'quality of lossy formats, 1-100', integerOption(1, 100))
    .option(
      '--seed <n>',
      'start of the noise; the same seed gives the same pixels',
      integerOption(0, SEED_MAX),
    )
    .option('--count <n>', 'number of images; image i uses seed + i', integerOption(1, 64), 1)
    .option('--steps <n>', 'sampling steps', integerOption(1, 1000))
    .option('--guidance <x>', 'classifier-free guidance scale', numberOption(0, 30))
    .option('--negative <text>', 'what the image should not show')
    .option(
      '--size <n>',
      'side in pixels, or WIDTHxHEIGHT (a multiple of 8; the bundled model draws squares)',
      sizeOption,
    )
    .option('--include-prompt', 'put the prompt into the manifest (it is personal data)', false)
    .option('--threads <n>', 'processor threads', integerOption(1, 256))
    .option(
      '--latent-mark',
      'also mark the noise that the image is drawn from; verify --deep finds it where the other mark is lost',
    )
    .option('--unsafe-unmarked', 'write images without watermark and credentials', false)
    .option('--json', 'print what was written as JSON', false);
  addControlOptions(addWalkOptions(addEditOptions(command), SEED_MAX));
  addFamilyOptions(addFolderOptions(command));
  addStrengthOptions(command, '--mark-strength');
  addRememberOptions(addIssuerOptions(addManifestOptions(command))).action(
    async (prompt: string | undefined, flags: GenerateFlags) => {
      // Unmarked images have nothing to be remembered by.
      const registry = flags.unsafeUnmarked ? { registry: false } : flags;
      const written = await remembering(io, registry, (open) => run(io, prompt, flags, open));
      if (flags.json) io.out(toJson(written));
      for (const warning of new Set(written.flatMap(({ warnings }) => warnings))) {
        io.err(`warning: ${warning}\n`);
      }
      done(EXIT.satisfied);
    },
  );
}

/** Each image is written as soon as it is made, so that a late failure loses none. */
async function run(
  io: CliIo,
  prompt: string | undefined,
  flags: GenerateFlags,
  registry: Pick<Issuer, 'registry'>,
): Promise<WrittenImage[]> {
  const format =
    flags.format ?? (flags.output === undefined ? undefined : formatOfPath(flags.output)) ?? 'png';
  const family = familyRequest(prompt, flags);
  const first = family?.seed ?? flags.seed ?? randomInt(2 ** 32);
  const name = slug(prompt ?? family?.family.name ?? '');
  const target = flags.output ?? `${name}-${first}${FORMAT_EXTENSIONS[format]}`;
  await outputTarget(target);
  const walk = walkOf(flags);
  const count = walk?.length ?? flags.count;
  const pathOf = (i: number): string => (count === 1 ? target : numberedPath(target, i + 1));
  const paths = Array.from({ length: count }, (_, i) => pathOf(i));
  await keepInputs(
    [
      ...paths.flatMap((path) => [{ path, name: '--output' }, ...sidecarTargets(flags, path)]),
      ...traceTarget(flags).flatMap((at) => [at, ...sidecarTargets(flags, at.path)]),
    ],
    [...editFiles(flags), ...controlFiles(flags), ...issuerFiles(flags)],
  );
  const manifest = manifestOptions(flags);
  if (flags.unsafeUnmarked && Object.keys(manifest).length > 0) {
    throw new UsageError('--unsafe-unmarked writes no manifest, so it takes no options about one');
  }
  if (flags.unsafeUnmarked && Object.keys(markStrength(flags)).length > 0) {
    throw new UsageError('--unsafe-unmarked takes no options about the watermark');
  }
  if (flags.unsafeUnmarked && flags.latentMark) {
    throw new UsageError('--unsafe-unmarked and --latent-mark exclude each other');
  }
  const edit = {
    ...(await editOptions(flags)),
    ...(await controlOptions(flags)),
    ...folderOptions(flags),
  };
  const models =
    family === null
      ? openModels({ ...flags, turbo: isTurbo(flags) }, flags.threads)
      : await openFamilyModels(flags.familyModels, flags.threads);
  return interruptible(io, models, async ({ progress, signal }) => {
    const draws = (trace: boolean): Generator =>
      family === null || !('models' in models.source)
        ? createGenerator(models.source)
        : createFamilyGenerator({
            models: models.source.models,
            family: family.family.name,
            ...family.options,
            ...(trace ? { trace } : {}),
          });
    const generator = draws(false);
    const issuer = flags.unsafeUnmarked ? null : { ...(await issuerFor(io, flags)), ...registry };
    const jobs = paths.map((path, i) => ({
      path,
      from: generator,
      watermark: markStrength(flags),
      which: walk === null ? { seed: first + i } : { seed: first, toward: walk[i]! },
      format,
    }));
    for (const { path } of traceTarget(flags)) {
      const which = { seed: first };
      const watermark = { ...SHEET_MARK, ...markStrength(flags) };
      const type = formatOfPath(path) ?? 'png';
      jobs.push({ path, from: draws(true), watermark, which, format: type });
    }
    const written: WrittenImage[] = [];
    for (const [i, { path, from, watermark, which, format: type }] of jobs.entries()) {
      const made = await makeImage(from, prompt ?? '', issuer, {
        ...sampling(flags),
        ...edit,
        ...manifest,
        watermark,
        format: type,
        ...which,
        onProgress: (step) => progress.update({ ...step, image: i, images: jobs.length }),
        signal,
      });
      signal.throwIfAborted();
      const { bytes, manifest: store, ...facts } = made;
      await writeWhole(path, bytes);
      const sidecar = store === null ? null : await writeSidecar(flags, path, store);
      progress.stop();
      const image = { path, sidecar, ...facts };
      if (!flags.json) io.out(`${describeImage(image)}\n`);
      written.push(image);
    }
    return written;
  });
}

/** The options that the user gave; the rest is left to the pipeline. */
function sampling(flags: GenerateFlags): GenerateMarkedOptions {
  const { quality, steps, guidance, negative, size, includePrompt, latentMark } = flags;
  const given = { quality, steps, guidance, negative, size, includePrompt, latentMark };
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    watermark: markStrength(flags),
  };
}

const markStrength = ({ markStrength: strength, minPsnr, minSsim }: GenerateFlags) =>
  strengthOptions({ strength, minPsnr, minSsim });

/** A file name from the prompt: letters and digits of any script, at most 40 characters. */
function slug(prompt: string): string {
  const words =
    prompt
      .slice(0, 400)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...words.join('-')].slice(0, 40).join('').replace(/-$/, '') || 'image';
}
