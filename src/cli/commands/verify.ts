/** `imprint verify FILE...`: the report, for people or as JSON, and an exit code for scripts. */
import { availableParallelism } from 'node:os';
import { Option } from 'commander';
import type { Command } from 'commander';
import { printable } from '../../core/index.js';
import type {
  BatchFile,
  BatchSetup,
  CredentialsEngine,
  Requirement,
  Search,
  WatermarkKey,
} from '../../provenance/index.js';
import {
  createGuardedFetch,
  createInspector,
  CREDENTIALS_ENGINES,
  inspectFiles,
  PUBLIC_KEY,
  readImageFile,
  REQUIREMENTS,
  worstExitCode,
} from '../../provenance/index.js';
import { printCrJson, readInput } from '../crjson.js';
import { UsageError } from '../exit.js';
import { expandInputs } from '../files.js';
import { writeHeatmap } from '../heatmap.js';
import { writeHtml } from '../html.js';
import type { CliIo } from '../io.js';
import { readWatermarkKey } from '../issuer.js';
import { integerOption, listOption, numberOption, timeOption } from '../options.js';
import { outcomeCode, outcomePrinter } from '../outcomes.js';
import { checkPictureTargets } from '../picture-targets.js';
import type { RecoverFlags } from '../registry.js';
import { recoverOption } from '../registry.js';
import { rubricOption } from '../rubric.js';
import type { NamedPath } from '../targets.js';
import { trustLists } from '../trust.js';
import { namedPaths, searchOption } from './shared.js';

interface VerifyFlags extends RecoverFlags {
  json: boolean;
  ndjson: boolean;
  require: string[];
  trust: string[];
  trustEku: string[];
  at?: Date;
  manifest?: string;
  rubric?: string;
  fetchRemote: boolean;
  engine?: CredentialsEngine;
  crjson: boolean;
  heatmap?: string;
  html?: string;
  prior?: number;
  jobs?: number;
  search?: Search;
  deep: boolean;
  watermarkKey: string[];
  includePersonal: boolean;
}

export function addVerifyCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  program
    .command('verify')
    .description('say what is known about where images come from')
    .argument('<inputs...>', 'files, folders or patterns; - for standard input')
    .option('--json', 'print the report as JSON (several inputs: an array)', false)
    .option('--ndjson', 'print one line of JSON for each image, in order', false)
    .option(
      '--require <what>',
      `what every file must have: ${REQUIREMENTS.join(', ')}`,
      listOption,
      [],
    )
    .option(
      '--trust <list>',
      'whom to believe: official, interim, dev, or a PEM file with anchors',
      listOption,
      [],
    )
    .option('--trust-eku <oid>', 'further accepted extended key usage', listOption, [])
    .option('--at <time>', 'judge certificates at this time', timeOption)
    .option('--manifest <file.c2pa>', 'credentials that lie beside the image')
    .option('--rubric <name>', 'hold the manifest to c2pa-2.4, c2pa-2.2 or a rubric YAML file')
    .option('--fetch-remote', 'fetch manifests that files keep elsewhere (https)', false)
    .option(
      '--recover',
      'ask the registry about the image, and for credentials that it lost',
      false,
    )
    .option('--registry <file|url>', 'as --recover, from this registry')
    .addOption(
      new Option(
        '--engine <name>',
        'native: @contentauth/c2pa-node, where it is installed',
      ).choices(CREDENTIALS_ENGINES),
    )
    .option('--crjson', "print the engine's crJSON instead of the report", false)
    .option('--watermark-key <json>', 'secret watermark key file to try as well', listOption, [])
    .option('--heatmap <out.png>', 'write a picture of where the watermark stands out')
    .option('--html <out.html>', 'write the report as one page that needs no network')
    .option(
      '--prior <p>',
      'how likely such an image is synthetic before it is looked at, 0.001-0.999 (default: 0.5)',
      numberOption(0.001, 0.999),
    )
    .addOption(searchOption())
    .option('--deep', 'also look for the mark of generate --latent-mark (a second more)', false)
    .option('--jobs <n>', 'images at once (default: one for each core)', integerOption(1, 256))
    .option('--include-personal', 'show names, places and prompts of the metadata', false)
    .action(async (inputs: string[], flags: VerifyFlags) => {
      checkFlags(flags);
      const keys = [...(await Promise.all(flags.watermarkKey.map(readWatermarkKey))), PUBLIC_KEY];
      const setup = await setupFor(io, flags, keys);
      const manifestData =
        flags.manifest === undefined ? undefined : await readImageFile(flags.manifest);
      const files = await expandInputs(inputs);
      if (manifestData !== undefined && files.length > 1) {
        throw new UsageError('--manifest goes with one image');
      }
      // A folder or pattern always answers with an array, however many files it holds.
      const single = inputs.length === 1 && files[0] === inputs[0];
      if (flags.crjson) {
        const { fetchRemote, ...options } = setup;
        const inspector = createInspector({
          ...options,
          ...(fetchRemote === true ? { fetchRemote: createGuardedFetch() } : {}),
        });
        done(await printCrJson(io, inspector, files, { single, manifestData }));
        return;
      }
      await checkPictureTargets(flags, files, filesOf(flags));
      done(await verifyAll(io, flags, setup, { files, single, manifestData, keys }));
    });
}

interface Work {
  files: readonly string[];
  single: boolean;
  manifestData: Uint8Array | undefined;
  keys: readonly WatermarkKey[];
}

async function verifyAll(
  io: CliIo,
  flags: VerifyFlags,
  setup: BatchSetup,
  { files, single, manifestData, keys }: Work,
): Promise<number> {
  /** The one image of a call that makes pictures of it. */
  let bytes: Uint8Array | undefined;
  const keep = flags.heatmap !== undefined || flags.html !== undefined;
  const sources = files.map((path): BatchFile => {
    const read = async (): Promise<Uint8Array> => {
      const read = await readInput(io, path);
      if (keep) bytes = read;
      return read;
    };
    return {
      path,
      ...(path === '-' || keep ? { read } : {}),
      ...(manifestData === undefined ? {} : { manifestData }),
    };
  });
  // A thread costs half a second to start, as long as a picture or two take.
  const threads = Math.min(flags.jobs ?? availableParallelism(), Math.ceil(files.length / 3));
  const printer = outcomePrinter(io, flags, { single });
  const codes = new Set<number>();
  for await (const outcome of inspectFiles(sources, { ...setup, threads })) {
    if (
      manifestData !== undefined &&
      'report' in outcome &&
      outcome.report.credentials.presence === 'embedded'
    ) {
      const name = printable(outcome.path);
      io.err(`warning: --manifest was not read: ${name} has credentials inside\n`);
    }
    codes.add(outcomeCode(outcome, flags.require as Requirement[]));
    printer.add(outcome);
    if (!('report' in outcome) || bytes === undefined) continue;
    if (flags.heatmap !== undefined) {
      await writeHeatmap(io, flags.heatmap, bytes, outcome.report, keys);
    }
    if (flags.html !== undefined) await writeHtml(io, flags.html, bytes, outcome.report, keys);
  }
  printer.end();
  return worstExitCode([...codes]);
}

function checkFlags(flags: VerifyFlags): void {
  const unknown = flags.require.find((name) => !(REQUIREMENTS as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw new UsageError(`--require expected one of ${REQUIREMENTS.join(', ')}, got "${unknown}"`);
  }
  const formats = [flags.json, flags.ndjson, flags.crjson].filter(Boolean);
  if (formats.length > 1) throw new UsageError('--json, --ndjson and --crjson exclude one another');
}

/** The files that options name; a list's or rubric's own name does no harm among them. */
function filesOf({ manifest, rubric, trust, watermarkKey }: VerifyFlags): NamedPath[] {
  return [
    ...namedPaths({ '--manifest': manifest, '--rubric': rubric }),
    ...trust.map((path) => ({ name: '--trust', path })),
    ...watermarkKey.map((path) => ({ name: '--watermark-key', path })),
  ];
}

async function setupFor(
  io: CliIo,
  flags: VerifyFlags,
  keys: readonly WatermarkKey[],
): Promise<BatchSetup> {
  const { engine, at, rubric, crjson } = flags;
  if (engine === 'native' && (crjson || at !== undefined || rubric !== undefined)) {
    throw new UsageError('--engine native has no --at, --crjson or --rubric');
  }
  const lists = await trustLists(io, flags.trust);
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(await recoverOption(io, flags)),
    trust: { lists, keyUsages: flags.trustEku },
    keys,
    includePersonal: flags.includePersonal,
    fetchRemote: flags.fetchRemote,
    heatmap: flags.html !== undefined,
    ...(flags.search === undefined ? {} : { search: flags.search }),
    ...(flags.deep ? { deep: true } : {}),
    ...(flags.prior === undefined ? {} : { prior: flags.prior }),
    ...(flags.rubric === undefined ? {} : { rubric: await rubricOption(flags.rubric) }),
    ...(flags.at === undefined ? {} : { validationTime: flags.at }),
  };
}
