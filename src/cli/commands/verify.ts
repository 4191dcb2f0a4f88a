/** `imprint verify FILE...`: the report, for people or as JSON, and an exit code for scripts. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { isImprintError, printable } from '../../core/index.js';
import type {
  CredentialsEngine,
  Inspector,
  Report,
  Requirement,
  WatermarkKey,
} from '../../provenance/index.js';
import {
  createGuardedFetch,
  createInspector,
  CREDENTIALS_ENGINES,
  PUBLIC_KEY,
  readImageFile,
  REQUIREMENTS,
  verdictExitCode,
  worstExitCode,
} from '../../provenance/index.js';
import { describeError, exitCodeOf, UsageError } from '../exit.js';
import { expandInputs } from '../files.js';
import { checkHeatmapTarget, writeHeatmap } from '../heatmap.js';
import type { CliIo } from '../io.js';
import { printCrJson, readInput } from '../crjson.js';
import { readWatermarkKey } from '../issuer.js';
import { listOption, timeOption } from '../options.js';
import { rubricOption } from '../rubric.js';
import type { RecoverFlags } from '../registry.js';
import { recoverOption } from '../registry.js';
import { toJson } from '../render/json.js';
import { renderReport } from '../render/report.js';
import type { NamedPath } from '../targets.js';
import { trustLists } from '../trust.js';
import { namedPaths } from './shared.js';

interface VerifyFlags extends RecoverFlags {
  json: boolean;
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
  watermarkKey: string[];
  includePersonal: boolean;
}

type Outcome =
  | { path: string; code: number; report: Report; bytes: Uint8Array }
  | { path: string; code: number; error: { code: string; message: string } };

export function addVerifyCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  program
    .command('verify')
    .description('say what is known about where images come from')
    .argument('<inputs...>', 'files, folders or patterns; - for standard input')
    .option('--json', 'print the report as JSON (several inputs: an array)', false)
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
    .option('--include-personal', 'show names, places and prompts of the metadata', false)
    .action(async (inputs: string[], flags: VerifyFlags) => {
      const unknown = flags.require.find(
        (name) => !(REQUIREMENTS as readonly string[]).includes(name),
      );
      if (unknown !== undefined) {
        throw new UsageError(
          `--require expected one of ${REQUIREMENTS.join(', ')}, got "${unknown}"`,
        );
      }
      const keys = [...(await Promise.all(flags.watermarkKey.map(readWatermarkKey))), PUBLIC_KEY];
      const inspector = await inspectorFor(io, flags, keys);
      const manifestData =
        flags.manifest === undefined ? undefined : await readImageFile(flags.manifest);
      const files = await expandInputs(inputs);
      if (manifestData !== undefined && files.length > 1) {
        throw new UsageError('--manifest goes with one image');
      }
      // A folder or pattern always answers with an array, however many files it holds.
      const single = inputs.length === 1 && files[0] === inputs[0];
      if (flags.crjson) {
        done(await printCrJson(io, inspector, files, { single, manifestData }));
        return;
      }
      if (flags.heatmap !== undefined) {
        await checkHeatmapTarget(flags.heatmap, files, filesOf(flags));
      }
      const rows: unknown[] = [];
      const codes: number[] = [];
      let last: Outcome | undefined;
      for (const path of files) {
        const outcome = await inspectOne(
          io,
          inspector,
          path,
          manifestData,
          flags.require as Requirement[],
        );
        codes.push(outcome.code);
        last = outcome;
        if (!flags.json) print(io, outcome, codes.length > 1);
        else {
          rows.push(
            'report' in outcome
              ? outcome.report
              : { file: { path: outcome.path }, error: outcome.error },
          );
        }
      }
      if (flags.json) io.out(toJson(single ? rows[0] : rows));
      if (flags.heatmap !== undefined && last !== undefined && 'report' in last) {
        await writeHeatmap(io, flags.heatmap, last.bytes, last.report, keys);
      }
      done(worstExitCode(codes));
    });
}

/** The files that options name; a list's or rubric's own name does no harm among them. */
function filesOf({ manifest, rubric, trust, watermarkKey }: VerifyFlags): NamedPath[] {
  return [
    ...namedPaths({ '--manifest': manifest, '--rubric': rubric }),
    ...trust.map((path) => ({ name: '--trust', path })),
    ...watermarkKey.map((path) => ({ name: '--watermark-key', path })),
  ];
}

async function inspectorFor(
  io: CliIo,
  flags: VerifyFlags,
  keys: readonly WatermarkKey[],
): Promise<Inspector> {
  const { engine, at, rubric, crjson } = flags;
  if (engine === 'native' && (crjson || at !== undefined || rubric !== undefined)) {
    throw new UsageError('--engine native has no --at, --crjson or --rubric');
  }
  const lists = await trustLists(io, flags.trust);
  return createInspector({
    ...(engine === undefined ? {} : { engine }),
    trust: { lists, keyUsages: flags.trustEku },
    keys,
    includePersonal: flags.includePersonal,
    ...(await recoverOption(io, flags)),
    ...(flags.rubric === undefined ? {} : { rubric: await rubricOption(flags.rubric) }),
    ...(flags.fetchRemote ? { fetchRemote: createGuardedFetch() } : {}),
    ...(flags.at === undefined ? {} : { validationTime: flags.at }),
  });
}

async function inspectOne(
  io: CliIo,
  inspector: Inspector,
  path: string,
  manifestData: Uint8Array | undefined,
  require: readonly Requirement[],
): Promise<Outcome> {
  try {
    const bytes = await readInput(io, path);
    const report = await inspector.inspect(bytes, {
      ...(path === '-' ? {} : { path }),
      ...(manifestData === undefined ? {} : { manifestData }),
    });
    if (manifestData !== undefined && report.credentials.presence === 'embedded') {
      io.err(`warning: --manifest was not read: ${printable(path)} has credentials inside\n`);
    }
    return { path, report, bytes, code: verdictExitCode(report, require) };
  } catch (error) {
    // A broken file is an outcome of its own and must not hide the others; a bug must not pass as one.
    if (!isImprintError(error)) throw error;
    return {
      path,
      code: exitCodeOf(error),
      error: { code: error.code, message: describeError(error) },
    };
  }
}

function print(io: CliIo, outcome: Outcome, separate: boolean): void {
  if ('report' in outcome)
    io.out(`${separate ? '\n' : ''}${renderReport(outcome.report, io.colour)}`);
  else io.err(`${named(outcome.path, outcome.error.message)}\n`);
}

/** Some messages name the file already. */
function named(path: string, message: string): string {
  const name = printable(path);
  return message.startsWith(`${name}: `) ? message : `${name}: ${message}`;
}
