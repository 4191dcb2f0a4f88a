/** `imprint upscale FILE`: two or four times larger, watermarked and signed. */
import { basename } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import type { OutputFormat, StrengthOptions } from '../../provenance/index.js';
import {
  createModelStore,
  createUpscaler,
  defaultOutputFormat,
  OUTPUT_FORMATS,
  readImageFile,
  readStream,
  UPSCALE_FACTORS,
  upscaleMarked,
} from '../../provenance/index.js';
import { EXIT, UsageError } from '../exit.js';
import { FORMAT_EXTENSIONS, formatOfPath } from '../files.js';
import { interruptible } from '../interruptible.js';
import type { CliIo } from '../io.js';
import { issuerFor } from '../issuer.js';
import type { IssuerFlags } from '../issuer.js';
import type { ManifestFlags } from '../manifest-options.js';
import {
  addManifestOptions,
  manifestOptions,
  sidecarTargets,
  writeSidecar,
} from '../manifest-options.js';
import { besides, tellWritten } from '../marked-row.js';
import { integerOption } from '../options.js';
import type { RegistryFlags } from '../registry.js';
import { addRememberOptions, remembering } from '../registry.js';
import { keepInputs } from '../targets.js';
import { writeWhole } from '../write-whole.js';
import { addIssuerOptions, addStrengthOptions, issuerFiles, strengthOptions } from './shared.js';

interface UpscaleFlags extends IssuerFlags, ManifestFlags, StrengthOptions, RegistryFlags {
  output?: string;
  factor: '2' | '4';
  format?: OutputFormat;
  quality?: number;
  threads?: number;
  json: boolean;
}

export function addUpscaleCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  const command = program
    .command('upscale')
    .description('enlarge an image by super-resolution, watermarked and signed')
    .argument('<file>', 'JPEG, PNG, WebP, AVIF, TIFF or GIF; - for standard input')
    .option('-o, --output <file>', 'file to write (default: NAME.x4.EXT beside the input)')
    .addOption(
      new Option('--factor <n>', 'how many times as wide and high')
        .choices(UPSCALE_FACTORS.map(String))
        .default('4'),
    )
    .addOption(
      new Option(
        '--format <format>',
        'file format (default: that of the output name, else of the input)',
      ).choices(OUTPUT_FORMATS),
    )
    .option('--quality <n>', 'quality of lossy formats, 1-100', integerOption(1, 100))
    .option('--threads <n>', 'processor threads', integerOption(1, 256))
    .option('--json', 'print what was written as JSON', false);
  addRememberOptions(addIssuerOptions(addManifestOptions(addStrengthOptions(command)))).action(
    async (file: string, flags: UpscaleFlags) => {
      const piped = file === '-';
      if (piped && flags.output === undefined) {
        throw new UsageError('standard input needs --output');
      }
      const bytes = piped
        ? await readStream(io.stdin as AsyncIterable<Uint8Array>)
        : await readImageFile(file);
      const { output } = flags;
      const format =
        flags.format ??
        (output === undefined ? undefined : formatOfPath(output)) ??
        defaultOutputFormat(bytes);
      const target = output ?? besides(file, `x${flags.factor}`, FORMAT_EXTENSIONS[format]);
      const image = piped ? [] : [{ path: file, name: 'the image' }];
      await keepInputs(
        [{ path: target, name: '--output' }, ...sidecarTargets(flags, target)],
        [...image, ...issuerFiles(flags)],
      );
      await run(io, { bytes, format, target, title: piped ? 'image' : basename(file), flags });
      done(EXIT.satisfied);
    },
  );
}

interface Job {
  bytes: Uint8Array;
  format: OutputFormat;
  target: string;
  title: string;
  flags: UpscaleFlags;
}

async function run(io: CliIo, { bytes, format, target, title, flags }: Job): Promise<void> {
  const { quality, threads } = flags;
  const models = createModelStore(threads === undefined ? {} : { threads });
  await interruptible(io, models, async ({ progress, signal }) => {
    const made = await remembering(io, flags, async (registry) =>
      upscaleMarked(
        createUpscaler({ models }),
        bytes,
        { ...(await issuerFor(io, flags)), ...registry },
        {
          factor: flags.factor === '2' ? 2 : 4,
          format,
          title,
          ...(quality === undefined ? {} : { quality }),
          ...manifestOptions(flags),
          ...strengthOptions(flags),
          onProgress: progress.update,
          signal,
        },
      ),
    );
    signal.throwIfAborted();
    await writeWhole(target, made.bytes);
    const sidecar = await writeSidecar(flags, target, made.manifest);
    progress.stop();
    const { width, height, manifestId, watermark, warnings } = made;
    const row = { path: target, sidecar, width, height, manifestId, ...watermark, warnings };
    const mark = `watermark ${row.payload} at ${row.psnr.toFixed(1)} dB, signed`;
    tellWritten(io, flags.json, row, `${width}x${height}, ${mark}`);
  });
}
