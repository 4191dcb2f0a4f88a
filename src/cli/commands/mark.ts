/** `imprint mark FILE`: watermark and sign an image made elsewhere. */
import { basename, dirname, extname, join, resolve } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { printable } from '../../core/index.js';
import type { DigitalSourceType, OutputFormat } from '../../provenance/index.js';
import { mark, OUTPUT_FORMATS, readImageFile, readStream } from '../../provenance/index.js';
import { EXIT, UsageError } from '../exit.js';
import { FORMAT_EXTENSIONS, formatOfPath, outputTarget, writeWhole } from '../files.js';
import type { CliIo } from '../io.js';
import { issuerFor } from '../issuer.js';
import type { IssuerFlags } from '../issuer.js';
import { integerOption, numberOption } from '../options.js';
import { toJson } from '../render/json.js';
import { addIssuerOptions } from './shared.js';

const SOURCES: readonly DigitalSourceType[] = [
  'trainedAlgorithmicMedia',
  'compositeWithTrainedAlgorithmicMedia',
  'compositeSynthetic',
  'algorithmicMedia',
  'digitalCapture',
  'digitalCreation',
  'composite',
];

interface MarkFlags extends IssuerFlags {
  output?: string;
  format?: OutputFormat;
  quality?: number;
  strength?: number;
  source?: DigitalSourceType;
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
    .addOption(
      new Option('--source <code>', 'IPTC digital source type that you vouch for').choices(SOURCES),
    )
    .option('--force', 'mark an image that is marked already; allow writing over the input', false)
    .option('--json', 'print what was written as JSON', false);
  addIssuerOptions(command).action(async (file: string, flags: MarkFlags) => {
    const bytes =
      file === '-'
        ? await readStream(io.stdin as AsyncIterable<Uint8Array>)
        : await readImageFile(file);
    if (file === '-' && flags.output === undefined) {
      throw new UsageError('standard input needs --output');
    }
    if (flags.output !== undefined) await outputTarget(flags.output);
    if (flags.output !== undefined && !flags.force && resolve(flags.output) === resolve(file)) {
      throw new UsageError('the output is the input itself; --force writes over it');
    }
    const format =
      flags.format ?? (flags.output === undefined ? undefined : formatOfPath(flags.output));
    const issuer = await issuerFor(io, flags);
    const marked = await mark(bytes, issuer, {
      title: file === '-' ? 'image' : basename(file),
      force: flags.force,
      ...(format === undefined ? {} : { format }),
      ...(flags.quality === undefined ? {} : { quality: flags.quality }),
      ...(flags.strength === undefined ? {} : { strength: flags.strength }),
      ...(flags.source === undefined ? {} : { source: flags.source }),
    });
    const target = flags.output ?? defaultTarget(file, marked.format);
    await writeWhole(target, marked.bytes);
    const { payload, psnr, ssim } = marked.watermark;
    if (flags.json) {
      const row = { path: target, payload, psnr, ssim, warnings: marked.warnings };
      io.out(toJson(row));
    } else {
      io.out(`${printable(target)}  watermark ${payload} at ${psnr.toFixed(1)} dB, signed\n`);
    }
    for (const warning of marked.warnings) io.err(`warning: ${warning}\n`);
    done(EXIT.satisfied);
  });
}

function defaultTarget(file: string, format: OutputFormat): string {
  const name = basename(file, extname(file));
  return join(dirname(file), `${name}.marked${FORMAT_EXTENSIONS[format]}`);
}
