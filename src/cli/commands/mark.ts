/** `imprint mark FILE`: watermark and sign an image made elsewhere, or sign it as it is. */
import { basename, dirname, extname, join, resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { printable } from '../../core/index.js';
import type {
  DigitalSourceType,
  Issuer,
  ModelCredit,
  OriginOptions,
  OutputFormat,
} from '../../provenance/index.js';
import {
  mark,
  OUTPUT_FORMATS,
  readImageFile,
  readStream,
  signOnly,
} from '../../provenance/index.js';
import { EXIT, UsageError } from '../exit.js';
import { FORMAT_EXTENSIONS, formatOfPath, outputTarget, writeWhole } from '../files.js';
import type { CliIo } from '../io.js';
import { issuerFor } from '../issuer.js';
import type { IssuerFlags } from '../issuer.js';
import type { ManifestFlags } from '../manifest-options.js';
import {
  addManifestOptions,
  checkSidecar,
  manifestOptions,
  modelOption,
  writeSidecar,
} from '../manifest-options.js';
import { integerOption, numberOption } from '../options.js';
import { toJson } from '../render/json.js';
import { addIssuerOptions } from './shared.js';

const SOURCES: readonly DigitalSourceType[] = [
  'trainedAlgorithmicMedia',
  'compositeWithTrainedAlgorithmicMedia',
  'compositeSynthetic',
  'algorithmicMedia',
  'algorithmicallyEnhanced',
  'digitalCapture',
  'digitalCreation',
  'digitalArt',
  'humanEdits',
  'minorHumanEdits',
  'composite',
];

interface MarkFlags extends IssuerFlags, ManifestFlags {
  output?: string;
  format?: OutputFormat;
  quality?: number;
  strength?: number;
  source?: DigitalSourceType;
  parent?: string;
  input?: string;
  creditModel?: ModelCredit;
  signOnly: boolean;
  force: boolean;
  json: boolean;
}

export function addMarkCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  const command = program
    .command('mark')
    .description('watermark and sign an image made elsewhere; its credentials are kept inside')
    .argument('<file>', 'JPEG, PNG, WebP, AVIF, TIFF or GIF; - for standard input')
    .option('-o, --output <file>', 'file to write (default: NAME.marked.EXT beside the input)')
    .addOption(
      new Option(
        '--format <format>',
        'file format (default: that of the output name, else of the input)',
      ).choices(OUTPUT_FORMATS),
    )
    .option('--quality <n>', 'quality of lossy formats, 1-100', integerOption(1, 100))
    .option('--strength <x>', 'watermark strength', numberOption(0.1, 4))
    .option(
      '--sign-only',
      'no watermark, not a pixel changed; HEIC, JPEG XL and SVG too (NAME.signed.EXT)',
      false,
    )
    .addOption(
      new Option('--source <code>', 'IPTC digital source type that you vouch for').choices(SOURCES),
    )
    .option('--parent <file>', 'the image that this one was edited from (with --source)')
    .option('--input <file>', 'the image that guided the making of this one (with --source)')
    .option('--credit-model <name@version>', 'model that made or edited it', modelOption)
    .option('--force', 'mark an image that is marked already; allow writing over the input', false)
    .option('--json', 'print what was written as JSON', false);
  addIssuerOptions(addManifestOptions(command)).action(async (file: string, flags: MarkFlags) => {
    const bytes =
      file === '-'
        ? await readStream(io.stdin as AsyncIterable<Uint8Array>)
        : await readImageFile(file);
    await checkTargets(file, flags);
    const origin = await originOptions(flags);
    const options = { ...manifestOptions(flags), ...origin };
    const title = file === '-' ? 'image' : basename(file);
    const work = flags.signOnly ? signIt : markIt;
    await work(
      io,
      { file, bytes, flags, issuer: () => issuerFor(io, flags) },
      { ...options, title },
    );
    done(EXIT.satisfied);
  });
}

interface Job {
  file: string;
  bytes: Uint8Array;
  flags: MarkFlags;
  issuer: () => Promise<Issuer>;
}
type JobOptions = OriginOptions & ReturnType<typeof manifestOptions> & { title: string };

async function markIt(io: CliIo, job: Job, options: JobOptions): Promise<void> {
  const { file, bytes, flags } = job;
  const { output } = flags;
  const format = flags.format ?? (output === undefined ? undefined : formatOfPath(output));
  const marked = await mark(bytes, await job.issuer(), {
    ...options,
    force: flags.force,
    ...(format === undefined ? {} : { format }),
    ...(flags.quality === undefined ? {} : { quality: flags.quality }),
    ...(flags.strength === undefined ? {} : { strength: flags.strength }),
  });
  const target = output ?? besides(file, 'marked', FORMAT_EXTENSIONS[marked.format]);
  await writeWhole(target, marked.bytes);
  const sidecar = await writeSidecar(flags, target, marked.manifest);
  const { payload, psnr, ssim } = marked.watermark;
  const row = { path: target, sidecar, payload, psnr, ssim, warnings: marked.warnings };
  const done = `watermark ${payload} at ${psnr.toFixed(1)} dB, signed`;
  tell(io, flags.json, row, done);
}

async function signIt(io: CliIo, job: Job, options: JobOptions): Promise<void> {
  const { file, bytes, flags } = job;
  const signed = await signOnly(bytes, await job.issuer(), options);
  const target = flags.output ?? besides(file, 'signed', extname(file));
  await writeWhole(target, signed.bytes);
  const sidecar = await writeSidecar(flags, target, signed.manifest);
  const { kind, mime, warnings } = signed;
  const row = { path: target, sidecar, kind, mime, warnings };
  tell(io, flags.json, row, kind === 'update' ? 'signed by an update manifest' : 'signed');
}

function tell(
  io: CliIo,
  json: boolean,
  row: { path: string; sidecar: string | null; warnings: string[] },
  done: string,
): void {
  const beside = row.sidecar === null ? '' : `, manifest in ${printable(row.sidecar)}`;
  io.out(json ? toJson(row) : `${printable(row.path)}  ${done}${beside}\n`);
  for (const warning of row.warnings) io.err(`warning: ${warning}\n`);
}

/** Asked before any work. @throws UsageError */
async function checkTargets(file: string, flags: MarkFlags): Promise<void> {
  const { output, force } = flags;
  if (file === '-' && output === undefined) throw new UsageError('standard input needs --output');
  if (flags.signOnly) {
    const given = (['format', 'quality', 'strength', 'watermarkKey'] as const).find(
      (name) => flags[name] !== undefined,
    );
    if (given !== undefined) throw new UsageError(`--${kebab(given)} does not go with --sign-only`);
  }
  if (output !== undefined) await outputTarget(output);
  if (output !== undefined && !force && resolve(output) === resolve(file)) {
    throw new UsageError('the output is the input itself; --force writes over it');
  }
  await checkSidecar(flags, output ?? besides(file, flags.signOnly ? 'signed' : 'marked', '.x'));
}

async function originOptions(flags: MarkFlags): Promise<OriginOptions> {
  const { source, parent, input, creditModel } = flags;
  if (parent !== undefined && input !== undefined) {
    throw new UsageError(
      '--parent and --input exclude each other: either its pixels survive or not',
    );
  }
  const other = parent ?? input;
  if (other !== undefined && source === undefined) {
    throw new UsageError('--parent and --input need --source, which says what was made of it');
  }
  const how = parent === undefined ? ('remade' as const) : ('edited' as const);
  return {
    ...(source === undefined ? {} : { source }),
    ...(creditModel === undefined ? {} : { model: creditModel }),
    ...(other === undefined
      ? {}
      : { madeFrom: { how, bytes: await readImageFile(other), title: basename(other) } }),
  };
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

const besides = (file: string, word: string, extension: string): string =>
  join(dirname(file), `${basename(file, extname(file))}.${word}${extension}`);
