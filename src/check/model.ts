/** The values that a check passes around: files, what was seen of them, what the policy makes of that. */
import type { Report, VerdictState } from '../provenance/index.js';

export const LEVELS = ['error', 'warning', 'note'] as const;
export type Level = (typeof LEVELS)[number];

/** Stable API: the exit code that a finding leads to (docs/architecture.md). */
export type FindingExit = 1 | 2 | 3 | 4 | 5;

/** One file to look at. */
export interface CheckFile {
  /** Relative to the policy's folder, with `/`. Not escaped: a name may hold anything. */
  path: string;
  /** Where its bytes lie; null for a file of a git revision. */
  absolute: string | null;
  /** The bytes where they do not lie in a file. */
  load?: () => Promise<Uint8Array>;
  /** Set where the walk already found that it cannot be read. */
  problem?: Problem;
}

/** What bears on how a file is looked at; part of the cache's key. */
export interface InspectSettings {
  /** Search the pixels for watermarks. Takes most of the time, so only where a rule asks for it. */
  watermark: boolean;
  /** Name or path of the rubric that the manifest is held to, null for none. */
  rubric: string | null;
}

/** Why a file could not be looked at: the rule that says so, and the stable code of the error. */
export interface Problem {
  kind: 'unreadable' | 'unsupported' | 'changing';
  message: string;
  code: string;
  /** Of the bytes that are no readable image; absent where there were none to read. */
  sha256?: string;
}

/** What one look at a file yields. Never throws for what is wrong with the file. */
export type Inspected = { report: Report } | { problem: Problem };

/** The port that the engine looks through: tests hand in prepared reports. */
export type InspectFile = (file: CheckFile, settings: InspectSettings) => Promise<Inspected>;

/** A rule's finding before the policy has judged it. */
export interface RuleFinding {
  message: string;
  /** Default: that of the rule. */
  level?: Level;
  /** Code of C2PA or of an error, null where there is none. */
  code?: string | null;
  /** Part of the file that it is about. */
  where?: string;
  /** Default: that of the rule. */
  exit?: FindingExit;
  /** Line of the policy file, for findings about the policy. */
  line?: number;
}

export interface Suppression {
  by: 'ignore' | 'baseline';
  reason: string;
  /** RFC 3339 date, null where it does not end. */
  expires: string | null;
}

export interface CheckFinding {
  ruleId: string;
  level: Level;
  message: string;
  code: string | null;
  where: string;
  /** As in `CheckFile.path`; for findings about the policy the policy file. */
  path: string;
  /** 1 for media, which have no lines. */
  line: number;
  /** The same from run to run while rule, path and code are: SHA-256, hexadecimal. */
  fingerprint: string;
  exit: FindingExit;
  /** Null when it counts. */
  suppressed: Suppression | null;
}

export type FileStatus = 'pass' | 'warn' | 'fail' | 'error';

export interface FileResult {
  path: string;
  /** Null when the file could not be read. */
  sha256: string | null;
  mime: string | null;
  bytes: number | null;
  verdict: VerdictState | null;
  status: FileStatus;
  findings: CheckFinding[];
  /** In a comparison: what became of the file. */
  change?: ChangeSummary;
}

export type ChangeKind =
  | 'kept'
  | 'dropped'
  | 're-signed'
  | 'broken'
  | 'gained'
  | 'none'
  | 'added'
  | 'removed'
  | 'unreadable';

export interface ChangeSummary {
  /** Path in BEFORE, null for a file that is new. */
  from: string | null;
  credentials: ChangeKind;
  watermark: 'kept' | 'lost' | 'gained' | 'replaced' | 'none' | 'not-searched';
  /** How the two were matched. */
  matched: 'path' | 'content' | 'fingerprint' | null;
}

export interface CheckSummary {
  files: number;
  pass: number;
  warn: number;
  fail: number;
  /** Files that could not be looked at. */
  error: number;
  errors: number;
  warnings: number;
  notes: number;
  ignored: number;
  baselined: number;
}

export interface CheckResult {
  schemaVersion: '1';
  tool: { name: string; version: string; engines: Record<string, string> };
  /** RFC 3339. */
  time: string;
  policy: PolicyFacts;
  summary: CheckSummary;
  /** In the order of their paths. */
  files: FileResult[];
  /** About the policy itself. */
  policyFindings: CheckFinding[];
  /** What `--diff` compared. */
  diff?: { before: string; after: string };
  exitCode: number;
}

export interface PolicyFacts {
  /** Relative to the working folder, null for the built-in policy. */
  path: string | null;
  /** Of the file as read, null for the built-in policy. */
  sha256: string | null;
  extends: string[];
}
