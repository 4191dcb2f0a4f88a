/** `imprint mark FILE`: watermark and sign an image made elsewhere, or sign it as it is. */
import { basename, extname } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import type {
  DigitalSourceType,
  Issuer,
  ModelCredit,
  OriginOptions,
  OutputFormat,
  StrengthOptions,
} from '../../provenance/index.js';
import {
  defaultOutputFormat,
  DIGITAL_SOURCE_TYPES,
  mark,
  OUTPUT_FORMATS,
  readImageFile,
  readStream,
  signOnly,
} from '../../provenance/index.js';
import { EXIT, UsageError } from '../exit.js';
import { FORMAT_EXTENSIONS, formatOfPath, otherFormatNamed } from '../files.js';
import type { CliIo } from '../io.js';
import { issuerFor } from '../issuer.js';
import type { IssuerFlags } from '../issuer.js';
import type { ManifestFlags } from '../manifest-options.js';
import {
  addManifestOptions,
  manifestOptions,
  modelOption,
  sidecarTargets,
  writeSidecar,
} from '../manifest-options.js';
import { besides, tellWritten } from '../marked-row.js';
import { integerOption } from '../options.js';
import type { RegistryFlags } from '../registry.js';
import { addRememberOptions, remembering } from '../registry.js';
import { isSameFile, keepInputs } from '../targets.js';
import { writeWhole } from '../write-whole.js';
import {
  addIssuerOptions,
  addStrengthOptions,
  issuerFiles,
  namedPaths,
  strengthOptions,
} from './shared.js';

interface MarkFlags extends IssuerFlags, ManifestFlags, StrengthOptions, RegistryFlags {
  output?: string;
  format?: OutputFormat;
  quality?: number;
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
    .option(
      '--sign-only',
      'no watermark, not a pixel changed; HEIC, JPEG XL and SVG too (NAME.signed.EXT)',
      false,
    )
    .addOption(
      new Option('--source <code>', 'IPTC digital source type that you vouch for').choices(
        DIGITAL_SOURCE_TYPES,
      ),
    )
    .option('--parent <file>', 'the image that this one was edited from (with --source)')
    .option('--input <file>', 'the image that guided the making of this one (with --source)')
    .option('--credit-model <name@version>', 'model that made or edited it', modelOption)
    .option('--force', 'mark an image that is marked already; allow writing over the input', false)
    .option('--json', 'print what was written as JSON', false);
  addRememberOptions(addIssuerOptions(addManifestOptions(addStrengthOptions(command)))).action(
    async (file: string, flags: MarkFlags) => {
      const bytes =
        file === '-'
          ? await readStream(io.stdin as AsyncIterable<Uint8Array>)
          : await readImageFile(file);
      const target = targetOf(file, bytes, flags);
      await checkTargets(file, target, flags);
      const origin = await originOptions(flags);
      const options = { ...manifestOptions(flags), ...origin };
      const title = file === '-' ? 'image' : basename(file);
      const work = flags.signOnly ? signIt : markIt;
      await work(
        io,
        { target, bytes, flags, issuer: () => issuerFor(io, flags) },
        { ...options, title },
      );
      done(EXIT.satisfied);
    },
  );
}

interface Job {
  target: string;
  bytes: Uint8Array;
  flags: MarkFlags;
  issuer: () => Promise<Issuer>;
}
type JobOptions = OriginOptions & ReturnType<typeof manifestOptions> & { title: string };

async function markIt(io: CliIo, job: Job, options: JobOptions): Promise<void> {
  const { target, bytes, flags } = job;
  const format = wantedFormat(flags);
  const marked = await remembering(io, flags, async (registry) =>
    mark(
      bytes,
      { ...(await job.issuer()), ...registry },
      {
        ...options,
        force: flags.force,
        ...(format === undefined ? {} : { format }),
        ...(flags.quality === undefined ? {} : { quality: flags.quality }),
        ...strengthOptions(flags),
      },
    ),
  );
  await writeWhole(target, marked.bytes);
  const sidecar = await writeSidecar(flags, target, marked.manifest);
  const { manifestId, warnings } = marked;
  const row = { path: target, sidecar, manifestId, ...marked.watermark, warnings };
  const { payload, psnr } = row;
  const done = `watermark ${payload} at ${psnr.toFixed(1)} dB, signed`;
  tellWritten(io, flags.json, row, done);
}

async function signIt(io: CliIo, job: Job, options: JobOptions): Promise<void> {
  const { target, bytes, flags } = job;
  const signed = await remembering(io, flags, async (registry) =>
    signOnly(bytes, { ...(await job.issuer()), ...registry }, options),
  );
  await writeWhole(target, signed.bytes);
  const sidecar = await writeSidecar(flags, target, signed.manifest);
  const { kind, mime, manifestId, warnings } = signed;
  const row = { path: target, sidecar, manifestId, kind, mime, warnings };
  tellWritten(io, flags.json, row, kind === 'update' ? 'signed by an update manifest' : 'signed');
}

function wantedFormat({ format, output }: MarkFlags): OutputFormat | undefined {
  return format ?? (output === undefined ? undefined : formatOfPath(output));
}

function targetOf(file: string, bytes: Uint8Array, flags: MarkFlags): string {
  const { output } = flags;
  if (output !== undefined) {
    const named = flags.signOnly ? otherFormatNamed(output, bytes) : null;
    if (named === null) return output;
    throw new UsageError(`--sign-only keeps the format: ${output} would be no ${named}`);
  }
  if (file === '-') throw new UsageError('standard input needs --output');
  if (flags.signOnly) return besides(file, 'signed', extname(file));
  const format = wantedFormat(flags) ?? defaultOutputFormat(bytes);
  return besides(file, 'marked', FORMAT_EXTENSIONS[format]);
}

/** Asked before any work. `force` is about the image alone: no other file is ever written over. @throws UsageError */
async function checkTargets(file: string, target: string, flags: MarkFlags): Promise<void> {
  const { force, parent, input } = flags;
  if (flags.signOnly) {
    const given = WATERMARK_FLAGS.find((name) => flags[name] !== undefined);
    if (given !== undefined) throw new UsageError(`--${kebab(given)} does not go with --sign-only`);
  }
  const image = file === '-' ? [] : [{ path: file, name: 'the image' }];
  const others = [...namedPaths({ '--parent': parent, '--input': input }), ...issuerFiles(flags)];
  const output = { path: target, name: '--output' };
  const same = image.length > 0 && (await isSameFile(file, target));
  if (same && !force) {
    throw new UsageError('the output is the input itself; --force writes over it');
  }
  await keepInputs([output], others);
  await keepInputs(sidecarTargets(flags, target), [...image, ...others, output]);
}

const WATERMARK_FLAGS = [
  'format',
  'quality',
  'strength',
  'minPsnr',
  'minSsim',
  'watermarkKey',
] as const;

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
