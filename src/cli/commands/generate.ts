/** `imprint generate "prompt"`: images from text, always marked and signed. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { Generator, OutputFormat } from '../../provenance/index.js';
import {
  createGenerator,
  createModelStore,
  encodeImage,
  generateMarked,
  OUTPUT_FORMATS,
} from '../../provenance/index.js';
import { EXIT } from '../exit.js';
import { FORMAT_EXTENSIONS, formatOfPath, numberedPath, writeWhole } from '../files.js';
import type { CliIo } from '../io.js';
import { issuerFor } from '../issuer.js';
import type { IssuerFlags } from '../issuer.js';
import { integerOption, numberOption, sizeOption } from '../options.js';
import { createProgress } from '../render/progress.js';
import { addIssuerOptions } from './shared.js';

interface GenerateFlags extends IssuerFlags {
  output?: string;
  format?: OutputFormat;
  quality?: number;
  seed?: number;
  count: number;
  steps?: number;
  guidance?: number;
  negative?: string;
  size?: { width: number; height: number };
  strength?: number;
  includePrompt: boolean;
  unsafeUnmarked: boolean;
  threads?: number;
  json: boolean;
}

interface WrittenImage {
  path: string;
  bytes: Uint8Array;
  seed: number;
  payload: string | null;
  psnr: number | null;
  warnings: string[];
}

export function addGenerateCommand(
  program: Command,
  io: CliIo,
  done: (code: number) => void,
): void {
  const command = program
    .command('generate')
    .description('make images from text, watermarked and signed')
    .argument('<prompt>', 'what to draw, such as "a red apple on a blue background"')
    .option('-o, --output <file>', 'file to write; several images get -1, -2, ... in their names')
    .addOption(new Option('--format <format>', 'file format').choices(OUTPUT_FORMATS))
    .option('--quality <n>', 'quality of lossy formats, 1-100', integerOption(1, 100))
    .option(
      '--seed <n>',
      'start of the noise; the same seed gives the same pixels',
      integerOption(0, 2 ** 53 - 100),
    )
    .option('--count <n>', 'number of images; image i uses seed + i', integerOption(1, 64), 1)
    .option('--steps <n>', 'sampling steps', integerOption(1, 200))
    .option('--guidance <x>', 'classifier-free guidance scale', numberOption(0, 30))
    .option('--negative <text>', 'what the image should not show')
    .option('--size <n>', 'side in pixels, a multiple of 8', sizeOption)
    .option('--strength <x>', 'watermark strength', numberOption(0.1, 4))
    .option('--include-prompt', 'put the prompt into the manifest (it is personal data)', false)
    .option('--threads <n>', 'processor threads', integerOption(1, 256))
    .option('--unsafe-unmarked', 'write images without watermark and credentials', false)
    .option('--json', 'print what was written as JSON', false);
  addIssuerOptions(command).action(async (prompt: string, flags: GenerateFlags) => {
    const written = await run(io, prompt, flags);
    if (flags.json) {
      const rows = written.map(({ path, seed, payload, psnr, warnings }) => ({
        path,
        seed,
        payload,
        psnr,
        warnings,
      }));
      io.out(`${JSON.stringify(rows, null, 2)}\n`);
    } else {
      for (const image of written) io.out(`${describe(image)}\n`);
    }
    for (const warning of new Set(written.flatMap(({ warnings }) => warnings))) {
      io.err(`warning: ${warning}\n`);
    }
    done(EXIT.satisfied);
  });
}

async function run(io: CliIo, prompt: string, flags: GenerateFlags): Promise<WrittenImage[]> {
  const format =
    flags.format ?? (flags.output === undefined ? undefined : formatOfPath(flags.output)) ?? 'png';
  const models = createModelStore(flags.threads === undefined ? {} : { threads: flags.threads });
  const progress = createProgress(io);
  const abort = new AbortController();
  const onInterrupt = (): void => abort.abort(new Error('interrupted'));
  process.once('SIGINT', onInterrupt);
  try {
    const generator = createGenerator({ models });
    const options = {
      format,
      count: flags.count,
      onProgress: progress.update,
      signal: abort.signal,
      ...definedOnly({
        quality: flags.quality,
        seed: flags.seed,
        steps: flags.steps,
        guidance: flags.guidance,
        negative: flags.negative,
        size: flags.size,
        strength: flags.strength,
      }),
      includePrompt: flags.includePrompt,
    };
    const images = flags.unsafeUnmarked
      ? await generateUnmarked(generator, prompt, options)
      : await markedImages(io, generator, prompt, flags, options);
    const target = flags.output ?? `${slug(prompt)}-${images[0]!.seed}${FORMAT_EXTENSIONS[format]}`;
    for (const [index, image] of images.entries()) {
      image.path = images.length === 1 ? target : numberedPath(target, index + 1);
      await writeWhole(image.path, image.bytes);
    }
    return images;
  } finally {
    process.off('SIGINT', onInterrupt);
    progress.stop();
    await models.dispose();
  }
}

type RunOptions = Parameters<typeof generateMarked>[3] & { format: OutputFormat };

async function markedImages(
  io: CliIo,
  generator: Generator,
  prompt: string,
  flags: GenerateFlags,
  options: RunOptions,
): Promise<WrittenImage[]> {
  const issuer = await issuerFor(io, flags);
  const images = await generateMarked(generator, prompt, issuer, options);
  return images.map(({ bytes, seed, watermark, warnings }) => ({
    path: '',
    bytes,
    seed,
    payload: watermark.payload,
    psnr: watermark.psnr,
    warnings,
  }));
}

async function generateUnmarked(
  generator: Generator,
  prompt: string,
  options: RunOptions,
): Promise<WrittenImage[]> {
  const { format, quality, ...rest } = options;
  const images = await generator.generate(prompt, rest);
  return Promise.all(
    images.map(async ({ pixels, seed }) => ({
      path: '',
      bytes: await encodeImage(pixels, quality === undefined ? { format } : { format, quality }),
      seed,
      payload: null,
      psnr: null,
      warnings: ['written without watermark and credentials'],
    })),
  );
}

function describe({ path, seed, payload, psnr }: WrittenImage): string {
  return payload === null
    ? `${path}  seed ${seed}, unmarked`
    : `${path}  seed ${seed}, watermark ${payload} at ${psnr?.toFixed(1)} dB, signed`;
}

/** A file name from the prompt: letters and digits of any script, at most 40 characters. */
function slug(prompt: string): string {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.join('-').slice(0, 40).replace(/-$/, '') || 'image';
}

function definedOnly<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}
