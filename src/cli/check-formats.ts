/** `--format`: which reports are made, and where each goes. */
import type { FormatName } from '../check/index.js';
import { FORMAT_NAMES, isImageName } from '../check/index.js';
import { UsageError } from './exit.js';
import type { CliIo } from './io.js';

export interface ReportTarget {
  format: FormatName;
  /** Null for standard output. */
  path: string | null;
}

/** What only one of can stand on standard output, since programs read it. */
const FOR_PROGRAMS = new Set<FormatName>([
  'json',
  'ndjson',
  'sarif',
  'junit',
  'gitlab',
  'markdown',
]);

/**
 * `name` or `name=path`, several times or in a list. Without any: for people, and on GitHub Actions annotations as well.
 *
 * @throws UsageError
 */
export function reportTargets(values: readonly string[], env: CliIo['env']): ReportTarget[] {
  if (values.length === 0) {
    const targets: ReportTarget[] = [{ format: 'human', path: null }];
    return onGitHub(env) ? [...targets, { format: 'github', path: null }] : targets;
  }
  const targets = values.map((value): ReportTarget => {
    const cut = value.indexOf('=');
    const name = cut < 0 ? value : value.slice(0, cut);
    const path = cut < 0 ? null : value.slice(cut + 1);
    const format = FORMAT_NAMES.find((known) => known === name);
    if (format === undefined) {
      throw new UsageError(`--format expected one of ${FORMAT_NAMES.join(', ')}, got "${name}"`);
    }
    if (path === '') throw new UsageError(`--format ${name}= expected a file name`);
    // More likely a slip than a report: it would be written over what is checked.
    if (path !== null && isImageName(path)) {
      throw new UsageError(`--format ${name}= expected a name for a report, got an image: ${path}`);
    }
    return { format, path };
  });
  const printed = targets.filter(({ path, format }) => path === null && FOR_PROGRAMS.has(format));
  if (printed.length > 1) {
    const names = printed.map(({ format }) => format).join(' and ');
    throw new UsageError(`only one of ${names} can go to standard output: use --format NAME=FILE`);
  }
  return targets;
}

/** Where what stands without a path goes: a program that reads standard output must find its format alone there. */
export function streamOf(target: ReportTarget, targets: readonly ReportTarget[]): 'out' | 'err' {
  if (FOR_PROGRAMS.has(target.format)) return 'out';
  const taken = targets.some(({ path, format }) => path === null && FOR_PROGRAMS.has(format));
  return taken ? 'err' : 'out';
}

export const onGitHub = (env: CliIo['env']): boolean => env['GITHUB_ACTIONS'] === 'true';
