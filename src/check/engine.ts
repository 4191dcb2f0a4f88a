/** Many files and a policy -> one result. Looks at files only through the port it is given. */
import type { Report } from '../provenance/index.js';
import { TOOL } from '../provenance/index.js';
import { byPath } from './by-path.js';
import { mapConcurrent } from './concurrent.js';
import type { IsBaselined, Judge } from './judge.js';
import { createJudge, distinct, statusOf } from './judge.js';
import type {
  CheckFile,
  CheckFinding,
  CheckResult,
  FileResult,
  Inspected,
  InspectFile,
  InspectSettings,
} from './model.js';
import type { Policy, PolicyRule } from './policy/policy.js';
import { demandsOf, settingsFor } from './policy/policy.js';
import { RULES } from './rules/index.js';
import type { PolicyUse, Subject } from './rules/rule.js';
import { verdictOf } from './verdict.js';

export interface CheckOptions {
  inspect: InspectFile;
  /** Today and the time in the result. */
  now: Date;
  /** Engines and their versions, for the result. */
  engines?: Record<string, string>;
  /** Files looked at at a time. Default 8. */
  concurrency?: number;
  /** Default: nothing is baselined. */
  isBaselined?: IsBaselined;
  /** False where only a part of the tree is looked at. Default true. */
  complete?: boolean;
  /** Called as files are done. */
  onFile?: (done: number, total: number) => void;
}

export async function checkFiles(
  files: readonly CheckFile[],
  policy: Policy,
  options: CheckOptions,
): Promise<CheckResult> {
  const today = options.now.toISOString().slice(0, 10);
  const judge = createJudge(policy, today, options.isBaselined ?? (() => false));
  const matched = policy.rules.map(() => 0);
  let done = 0;
  const results = await mapConcurrent(files, options.concurrency ?? 8, async (file) => {
    const rules = policy.rules.filter((rule, index) => {
      const matches = rule.matches(file.path);
      if (matches) matched[index]!++;
      return matches;
    });
    const settings = settingsFor(rules);
    const inspected = await lookAt(file, settings, options);
    const result = judgeFile(file, inspected, rules, judge);
    options.onFile?.(++done, files.length);
    return result;
  });
  results.sort(byPath);
  const use: PolicyUse = {
    policy,
    matched,
    silenced: judge.silenced,
    today,
    complete: options.complete ?? true,
  };
  return assemble(results, judgePolicy(use, judge), policy, options);
}

/** Not where the walk already found that it cannot be read. */
export async function lookAt(
  file: CheckFile,
  settings: InspectSettings,
  { inspect }: Pick<CheckOptions, 'inspect'>,
): Promise<Inspected> {
  return file.problem === undefined ? inspect(file, settings) : { problem: file.problem };
}

function judgeFile(
  { path }: CheckFile,
  inspected: Inspected,
  rules: readonly PolicyRule[],
  { judge }: Judge,
): FileResult {
  const report = 'report' in inspected ? inspected.report : null;
  const subject: Subject = {
    path,
    report,
    problem: 'problem' in inspected ? inspected.problem : null,
    settings: settingsFor(rules),
    demands: demandsOf(rules, report),
  };
  const facts = fileFacts(path, inspected);
  const findings = RULES.flatMap((rule) =>
    (rule.file?.(subject) ?? []).flatMap((found) => judge(rule, found, facts)),
  );
  return { ...facts, ...withStatus(findings, report) };
}

/** The parts of a result that are about the file and not about the policy. */
export function fileFacts(
  path: string,
  inspected: Inspected,
): Pick<FileResult, 'path' | 'sha256' | 'mime' | 'bytes' | 'verdict'> {
  if ('problem' in inspected) {
    const { sha256 = null } = inspected.problem;
    return { path, sha256, mime: null, bytes: null, verdict: null };
  }
  const { file, verdict } = inspected.report;
  const { sha256, mime, bytes } = file;
  return { path, sha256, mime, bytes, verdict: verdict.state };
}

export function withStatus(
  findings: readonly CheckFinding[],
  report: Report | null,
): Pick<FileResult, 'status' | 'findings'> {
  const told = distinct(findings);
  return { status: statusOf(told, report !== null), findings: told };
}

function judgePolicy(use: PolicyUse, { judge }: Judge): CheckFinding[] {
  const file = { path: use.policy.facts.path ?? 'built-in policy', sha256: null };
  return distinct(
    RULES.flatMap((rule) =>
      (rule.policy?.(use) ?? []).flatMap((found) =>
        // Two entries of one policy are told apart by what they say, wherever they stand.
        judge(rule, { ...found, where: found.message }, file).map((one) => ({
          ...one,
          where: 'policy',
        })),
      ),
    ),
  );
}

/** Counts, the exit code, and everything that a reader of the result needs to repeat it. */
export function assemble(
  files: FileResult[],
  policyFindings: CheckFinding[],
  policy: Policy,
  { now, engines = {} }: Pick<CheckOptions, 'now' | 'engines'>,
): CheckResult {
  const { summary, exitCode } = verdictOf(files, policyFindings, policy);
  return {
    schemaVersion: '1',
    tool: { ...TOOL, engines },
    time: now.toISOString(),
    policy: policy.facts,
    summary,
    files,
    policyFindings,
    exitCode,
  };
}
