/** `--diff`: what a step of a pipeline did to credentials and watermarks, file by file. */
import type { CheckOptions } from '../engine.js';
import { byPath } from '../by-path.js';
import { assemble, fileFacts, lookAt, withStatus } from '../engine.js';
import { mapConcurrent } from '../concurrent.js';
import type { Judge } from '../judge.js';
import { createJudge } from '../judge.js';
import type { CheckFile, CheckFinding, CheckResult, FileResult, Inspected } from '../model.js';
import type { Policy } from '../policy/policy.js';
import { demandsOf } from '../policy/policy.js';
import { RULES } from '../rules/index.js';
import type { FileChange } from './change.js';
import { compareLooks } from './compare.js';
import type { FingerprintFile, Looked, Pair } from './match.js';
import { fingerprintFile, matchFiles } from './match.js';

export interface DiffOptions extends CheckOptions {
  /** Search the pixels for watermarks. */
  watermark: boolean;
  /** What was compared, for the result. */
  names: readonly [string, string];
  /** Default: PDQ. */
  fingerprint?: FingerprintFile;
}

/** The policy's ignores, severities and limits apply; its rules are about single files and do not. */
export async function diffFiles(
  before: readonly CheckFile[],
  after: readonly CheckFile[],
  policy: Policy,
  options: DiffOptions,
): Promise<CheckResult> {
  const today = options.now.toISOString().slice(0, 10);
  const judge = createJudge(policy, today, options.isBaselined ?? (() => false));
  let done = 0;
  const look = async (file: CheckFile): Promise<Looked> => {
    const settings = { watermark: options.watermark, rubric: null };
    const inspected = await lookAt(file, settings, options);
    done++;
    options.onFile?.(done, before.length + after.length);
    return { file, inspected };
  };
  const looked = await mapConcurrent([...before, ...after], options.concurrency ?? 8, look);
  const pairs = await matchFiles(
    looked.slice(0, before.length),
    looked.slice(before.length),
    options.fingerprint ?? fingerprintFile,
  );
  const files = pairs.map((pair) => judgePair(pair, options.watermark, judge));
  files.sort(byPath);
  const [from, to] = options.names;
  return { ...assemble(files, [], policy, options), diff: { before: from, after: to } };
}

function judgePair(pair: Pair, searched: boolean, judge: Judge): FileResult {
  const { before, after, matched } = pair;
  const { path } = (after ?? before)!.file;
  const change: FileChange = {
    before: before?.inspected ?? null,
    after: after?.inspected ?? null,
    summary: {
      from: before?.file.path ?? null,
      ...compareLooks(before?.inspected ?? null, after?.inspected ?? null, searched),
      matched,
    },
  };
  const shown = change.after ?? change.before!;
  const report = 'report' in shown ? shown.report : null;
  const facts = fileFacts(path, shown);
  const findings = RULES.flatMap((rule) =>
    (rule.change?.(change) ?? []).flatMap((found) => judge.judge(rule, found, facts)),
  );
  const unread = [...unreadable(before, judge), ...unreadable(after, judge)];
  return {
    ...facts,
    ...withStatus([...findings, ...unread], unread.length > 0 ? null : report),
    change: change.summary,
  };
}

/** What could not be looked at was not compared. */
function unreadable(looked: Looked | null, { judge }: Judge): CheckFinding[] {
  if (looked === null || 'report' in looked.inspected) return [];
  const { path } = looked.file;
  const subject = {
    path,
    report: null,
    problem: problemIn(looked.inspected),
    settings: { watermark: false, rubric: null },
    demands: demandsOf([], null),
  };
  return RULES.flatMap((rule) =>
    (rule.file?.(subject) ?? []).flatMap((found) => judge(rule, found, { path, sha256: null })),
  );
}

const problemIn = (inspected: Inspected) => ('problem' in inspected ? inspected.problem : null);
