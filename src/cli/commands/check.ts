/** `imprint check [PATHS...]`: a policy over many files, for CI. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { CliIo } from '../io.js';
import { integerOption, listOption, timeOption } from '../options.js';
import { addSigningOptions } from '../signing-options.js';
import type { SigningFlags } from '../signing-options.js';

export interface CheckFlags extends SigningFlags {
  policy?: string;
  preset: string[];
  trust: string[];
  watermarkKey: string[];
  at?: Date;
  format: string[];
  baseline?: string;
  updateBaseline: boolean;
  failOn?: 'error' | 'warning' | 'never';
  maxWarnings?: number;
  changedSince?: string;
  diff?: string[];
  watermark: boolean;
  cache: boolean;
  cacheDir?: string;
  jobs?: number;
  verbose: boolean;
  explain?: string;
  evidence?: string;
}

const MAX_JOBS = 256;

export function addCheckCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  const command = program
    .command('check')
    .description('hold a tree of images to a policy (docs/ci.md)')
    .argument('[paths...]', 'files, folders or patterns (default: the working folder)')
    .option('--policy <file>', 'policy file (default: imprint.yaml here or above)')
    .option(
      '--preset <name>',
      'recommended, strict, eu-ai-act, sb-942; instead of what the policy extends',
      listOption,
      [],
    )
    .option(
      '--format <name[=file]>',
      'human, json, ndjson, sarif, junit, github, gitlab, markdown; several at once',
      listOption,
      [],
    )
    .option('--baseline <file>', 'findings that are lived with until their file changes')
    .option('--update-baseline', 'write all findings to the baseline', false)
    .addOption(
      new Option('--fail-on <level>', 'lowest level that fails').choices([
        'error',
        'warning',
        'never',
      ]),
    )
    .option('--max-warnings <n>', 'more warnings than this fail', integerOption(0, 1_000_000))
    .option('--changed-since <revision>', 'only files changed since the branch left it')
    .option(
      '--diff <before-after...>',
      'two folders or two git revisions: what a step did to credentials and watermarks',
    )
    .option('--no-watermark', 'with --diff: do not search the pixels')
    .option('--trust <list>', "whom to believe, instead of the policy's trust", listOption, [])
    .option('--watermark-key <json>', 'secret watermark key file to try as well', listOption, [])
    .option('--at <time>', 'judge certificates at this time', timeOption)
    .option('--jobs <n>', 'worker threads (default: one per core)', integerOption(1, MAX_JOBS))
    .option('--no-cache', 'look at every file again')
    .option('--cache-dir <folder>', 'where answers are kept (default: the data folder)')
    .option('--evidence <folder>', 'write a signed evidence bundle (docs/compliance.md)')
    .option('--explain <rule>', 'print the page of a rule, such as IM101')
    .option('-v, --verbose', 'show notes and what is silenced', false);
  addSigningOptions(command).action(async (paths: string[], flags: CheckFlags) => {
    // Loaded only here: no other verb needs it.
    const { runCheck } = await import('../check-run.js');
    done(await runCheck(io, paths, flags));
  });
}
