/** What `imprint check` is run with: the policy and what it names, the baseline, the inspector. */
import { readFile, realpath, stat } from 'node:fs/promises';
import { dirname, relative, resolve, sep } from 'node:path';
import { isImprintError } from '../core/index.js';
import type { Baseline, FoundPolicy, InspectorSetup, Policy, PresetName } from '../check/index.js';
import {
  createPolicy,
  EMPTY_BASELINE,
  findPolicy,
  namedPolicy,
  parseBaseline,
  parsePolicy,
  pathFrom,
} from '../check/index.js';
import { parseRubric, PUBLISHED_LISTS, RUBRIC_NAMES } from '../provenance/index.js';
import { UsageError } from './exit.js';
import type { CliIo } from './io.js';
import { readWatermarkKey } from './issuer.js';
import { trustLists } from './trust.js';

export interface SetupFlags {
  policy?: string;
  preset: PresetName[];
  trust: string[];
  watermarkKey: string[];
  at?: Date;
}

export interface LoadedPolicy {
  policy: Policy;
  found: FoundPolicy | null;
  /** Absolute folder that the policy's paths are relative to. */
  root: string;
}

/** The policy that was named, or the nearest; without one the built-in policy for `cwd`. */
export async function loadPolicy(cwd: string, flags: SetupFlags): Promise<LoadedPolicy> {
  const found =
    flags.policy === undefined ? await findPolicy(cwd) : await namedPolicy(flags.policy);
  const presets = flags.preset.length === 0 ? undefined : flags.preset;
  if (found === null) return { policy: createPolicy(null, undefined, presets), found, root: cwd };
  const path = pathFrom(cwd, found.path);
  const { text, key } = found;
  const parsed = parsePolicy({ name: path, text, ...(key === undefined ? {} : { key }) });
  return {
    policy: createPolicy(parsed, { path, text }, presets),
    found,
    // As the working folder and git are told: without links, or no path would be under the policy's folder.
    root: await realpath(dirname(found.path)),
  };
}

/** @throws UsageError for a list, key or rubric that cannot be read. */
export async function inspectorSetup(
  io: CliIo,
  { policy, root }: LoadedPolicy,
  flags: SetupFlags,
): Promise<InspectorSetup> {
  const names = flags.trust.length > 0 ? flags.trust : policy.trust.map(besidePolicy(root));
  const keys = await Promise.all(flags.watermarkKey.map(readWatermarkKey));
  return {
    trust: await trustLists(io, names),
    keys: keys.map(({ id, secret }) => ({ id, secret })),
    at: flags.at?.toISOString() ?? null,
    rubrics: await readRubrics(policy, root),
  };
}

/** Files that a policy names lie beside it, wherever the command is run. */
function besidePolicy(root: string): (name: string) => string {
  return (name) => (name === 'dev' || isListName(name) ? name : resolve(root, name));
}

const isListName = (name: string): boolean => (PUBLISHED_LISTS as readonly string[]).includes(name);

const MAX_RUBRIC_BYTES = 4 << 20;
const MAX_BASELINE_BYTES = 256 << 20;

async function readRubrics(policy: Policy, root: string): Promise<Record<string, string>> {
  const names = new Set(policy.rules.flatMap(({ rubric }) => (rubric === null ? [] : [rubric])));
  const texts: Record<string, string> = {};
  for (const name of names) {
    if ((RUBRIC_NAMES as readonly string[]).includes(name)) continue;
    const path = resolve(root, name);
    const info = await stat(path).catch(() => null);
    if (info?.isFile() !== true || info.size > MAX_RUBRIC_BYTES) {
      throw new UsageError(
        `the policy's rubric:${name} is neither ${RUBRIC_NAMES.join(', ')} nor a YAML file beside it`,
      );
    }
    texts[name] = await readFile(path, 'utf8');
    // Told before any file is looked at.
    parseRubric(texts[name]);
  }
  return texts;
}

/** An update may make the file; to be held to one that is not there is a mistake. */
export async function loadBaseline(path: string | undefined, updating: boolean): Promise<Baseline> {
  if (path === undefined) {
    if (updating) throw new UsageError('--update-baseline needs --baseline FILE');
    return EMPTY_BASELINE;
  }
  const refused = (why: string): UsageError =>
    new UsageError(`cannot read baseline ${path} (${why})`);
  try {
    const info = await stat(path);
    if (!info.isFile()) throw refused('no regular file');
    if (info.size > MAX_BASELINE_BYTES) throw refused(`larger than ${MAX_BASELINE_BYTES} bytes`);
    return parseBaseline(await readFile(path, 'utf8'), path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && updating) return EMPTY_BASELINE;
    throw isImprintError(error) || error instanceof UsageError ? error : refused(code ?? 'unknown');
  }
}

/** Root of the repository for tools that annotate it: what the CI system says, else the policy's folder. */
export function repositoryRoot(env: CliIo['env'], root: string): string {
  for (const name of ['GITHUB_WORKSPACE', 'CI_PROJECT_DIR']) {
    const folder = env[name];
    if (folder !== undefined && folder !== '' && contains(folder, root)) return resolve(folder);
  }
  return root;
}

function contains(folder: string, inside: string): boolean {
  const path = relative(resolve(folder), inside);
  return path === '' || (path !== '..' && !path.startsWith(`..${sep}`));
}
