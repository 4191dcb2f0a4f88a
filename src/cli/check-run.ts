/** Runs `imprint check`: policy, files, engine, reports. */
import { join, resolve } from 'node:path';
import { printable } from '../core/index.js';
import type {
  CheckCache,
  CheckFile,
  CheckOptions,
  CheckResult,
  InspectorPool,
  InspectorSetup,
  Policy,
  PresetName,
} from '../check/index.js';
import {
  baselineTest,
  cacheWarning,
  changedFiles,
  checkFiles,
  createCachedInspector,
  createInspectorPool,
  DEFAULT_JOBS,
  diffFiles,
  isImageName,
  openCache,
  openSides,
  pathFrom,
  PRESET_NAMES,
  repositoryTop,
  rulePage,
  RULES,
  setupKey,
  updatedBaseline,
  walk,
} from '../check/index.js';
import { ENGINES } from '../provenance/index.js';
import { openEvidence } from './check-evidence.js';
import { reportTargets } from './check-formats.js';
import { writeReports } from './check-reports.js';
import type { LoadedPolicy } from './check-setup.js';
import { inspectorSetup, loadBaseline, loadPolicy } from './check-setup.js';
import type { CheckFlags } from './commands/check.js';
import { namedPaths } from './commands/shared.js';
import { EXIT, UsageError } from './exit.js';
import type { CliIo } from './io.js';
import { dataDir } from './io.js';
import { createCounter } from './render/progress.js';
import { keepInputs } from './targets.js';
import { writeWhole } from './write-whole.js';

/** @returns the exit code. */
export async function runCheck(
  io: CliIo,
  paths: readonly string[],
  flags: CheckFlags,
): Promise<number> {
  if (flags.explain !== undefined) return explain(io, flags.explain);
  const cwd = process.cwd();
  const targets = reportTargets(flags.format, io.env);
  const loaded = await loadPolicy(cwd, { ...flags, preset: presetsOf(flags.preset) });
  const policy = withFlags(loaded.policy, flags);
  const baseline = await loadBaseline(flags.baseline, flags.updateBaseline);
  const setup = await inspectorSetup(io, loaded, { ...flags, preset: [] });
  await keepFiles(flags, targets, loaded);

  const writeEvidence =
    flags.evidence === undefined ? null : await openEvidence(io, flags.evidence, flags);

  const now = flags.at ?? new Date();
  const job = await jobOf(io, cwd, paths, flags, { ...loaded, policy });
  const look = await openLook(io, flags, setup, now);
  const counter = createCounter(io, 'checking', job.files);
  const options = {
    inspect: look.inspect,
    now,
    engines: { ...ENGINES },
    concurrency: 2 * look.jobs,
    isBaselined: baselineTest(baseline),
    onFile: counter.tick,
  };
  let result: CheckResult;
  try {
    result = await job.run(options);
  } finally {
    counter.stop();
    job.close();
    await look.close();
  }
  if (flags.updateBaseline) {
    await writeWhole(flags.baseline!, updatedBaseline(result, baseline));
    io.err(
      `wrote ${printable(flags.baseline!)}: what fails now is lived with from the next run on\n`,
    );
  }
  await writeReports(io, result, targets, { cwd, root: job.root, verbose: flags.verbose });
  await writeEvidence?.({ result, policy, found: loaded.found, setup });
  return flags.updateBaseline ? EXIT.satisfied : result.exitCode;
}

function explain(io: CliIo, id: string): number {
  const rule = RULES.find((one) => one.id === id.toUpperCase() || one.name === id);
  if (rule === undefined) {
    throw new UsageError(`--explain expected one of ${RULES.map((one) => one.id).join(', ')}`);
  }
  io.out(rulePage(rule));
  return EXIT.satisfied;
}

function presetsOf(names: readonly string[]): PresetName[] {
  return names.map((name) => {
    const known = PRESET_NAMES.find((preset) => preset === name);
    if (known === undefined) {
      throw new UsageError(`--preset expected one of ${PRESET_NAMES.join(', ')}, got "${name}"`);
    }
    return known;
  });
}

const withFlags = (policy: Policy, { failOn, maxWarnings }: CheckFlags): Policy => ({
  ...policy,
  failOn: failOn ?? policy.failOn,
  maxWarnings: maxWarnings ?? policy.maxWarnings,
});

/** None of the reports may be written over what is read. */
async function keepFiles(
  flags: CheckFlags,
  targets: readonly { format: string; path: string | null }[],
  { found }: LoadedPolicy,
): Promise<void> {
  const written = targets.flatMap(({ format, path }) =>
    path === null ? [] : [{ name: `--format ${format}`, path }],
  );
  const read = namedPaths({ '--policy': found?.path, '--baseline': flags.baseline });
  await keepInputs(written, read);
}

interface Job {
  files: number;
  /** Absolute folder that paths in the result are relative to. */
  root: string;
  run: (options: CheckOptions) => Promise<CheckResult>;
  close: () => void;
}

/** A check of one tree, or a comparison of two. */
async function jobOf(
  io: CliIo,
  cwd: string,
  paths: readonly string[],
  flags: CheckFlags,
  loaded: LoadedPolicy,
): Promise<Job> {
  const { policy } = loaded;
  if (flags.diff === undefined) {
    if (!flags.watermark) throw new UsageError('--no-watermark goes with --diff');
    const { files, complete } = await filesToCheck(io, cwd, paths, flags, loaded);
    return {
      files: files.length,
      root: loaded.root,
      run: (options) => checkFiles(files, policy, { ...options, complete }),
      close: () => undefined,
    };
  }
  // The option takes all words behind it: what follows the two sides are paths.
  const [from, to, ...more] = flags.diff;
  // An action's input that is not set is an empty word.
  if (from === undefined || to === undefined || from === '' || to === '')
    throw new UsageError('--diff expected BEFORE AFTER');
  if (flags.changedSince !== undefined) {
    throw new UsageError('--diff and --changed-since exclude each other');
  }
  const names = [from, to] as const;
  const sides = await openSides(names, [...more, ...paths], cwd, policy.excluded);
  const { before, after } = sides;
  return {
    files: before.length + after.length,
    root: sides.root,
    run: (options) =>
      diffFiles(before, after, policy, { ...options, watermark: flags.watermark, names }),
    close: sides.close,
  };
}

async function filesToCheck(
  io: CliIo,
  cwd: string,
  paths: readonly string[],
  flags: CheckFlags,
  { policy, root }: LoadedPolicy,
): Promise<{ files: CheckFile[]; complete: boolean }> {
  const inputs = paths.length === 0 ? ['.'] : paths;
  const options = { cwd, root, excluded: policy.excluded };
  const { files, empty } = await walk(inputs, options);
  for (const input of empty) io.err(`imprint: warning: no image in ${printable(input)}\n`);
  if (flags.changedSince === undefined) {
    return { files, complete: paths.length === 0 && resolve(cwd) === resolve(root) };
  }
  const top = await repositoryTop(root);
  const changed = await changedFiles(top, flags.changedSince);
  const wanted = new Set(
    changed.filter(isImageName).map((name) => pathFrom(root, join(top, name))),
  );
  return { files: files.filter(({ path }) => wanted.has(path)), complete: false };
}

interface Look {
  inspect: InspectorPool['inspect'];
  jobs: number;
  /** Ends the threads and saves the cache. */
  close: () => Promise<void>;
}

/** The inspector on all cores, behind the cache. */
async function openLook(
  io: CliIo,
  flags: Pick<CheckFlags, 'cache' | 'cacheDir' | 'jobs'>,
  setup: InspectorSetup,
  now: Date,
): Promise<Look> {
  const jobs = flags.jobs ?? DEFAULT_JOBS;
  const path = join(flags.cacheDir ?? join(dataDir(io.env), 'check'), 'cache');
  const cache = flags.cache ? await openCache(path, now.toISOString().slice(0, 10)) : null;
  const pool = createInspectorPool(setup, jobs);
  return {
    inspect: createCachedInspector(pool.inspect, cache, setupKey(setup)),
    jobs,
    close: async () => {
      await pool.close();
      await saveCache(io, path, cache);
    },
  };
}

/** Without a cache the next run is slower, and no less right. */
async function saveCache(io: CliIo, path: string, cache: CheckCache | null): Promise<void> {
  const text = cache?.changed() ?? null;
  if (text === null) return;
  await writeWhole(path, text).catch((error: unknown) => {
    io.err(`imprint: warning: ${cacheWarning(error)}\n`);
  });
}
