/**
 * A report as a careful expert would note it down: verdict, the strongest reasons, what was looked for and not found,
 * what was not looked for, how often such a verdict errs. Text and HTML are made from it; all strings are escaped.
 */
import { printable } from '../../core/index.js';
import type { Evidence, Finding, Report } from '../../detect/index.js';
import { STATE_WORDS } from '../../detect/index.js';
import { falsePositives } from './errors-to-expect.js';
import { describeCredentials } from './credentials.js';
import { describeMetadata } from './metadata.js';
import { describePixels } from './pixels.js';
import { notChecked, notFound } from './silence.js';
import type { NoteLine } from './words.js';
import { describeScore, describeSize } from './words.js';
import { describeWatermarks } from './watermark.js';

export interface Note {
  /** Such as `photo.jpg`, or `standard input`. */
  name: string;
  /** Such as `640x512 image/png, 485 kB`. */
  file: string;
  /** Such as `likely AI`. */
  verdict: string;
  /** Such as `score 0.50, from a prior of 0.50`. */
  score: string;
  summary: string;
  /** The strongest findings, at most three. */
  reasons: Evidence[];
  /** How many more findings the report holds. */
  moreReasons: number;
  clashes: string[];
  credentials: NoteLine[];
  watermark: NoteLine[];
  metadata: NoteLine[];
  pixels: NoteLine[];
  /** Findings for policies, notes left out. */
  findings: Finding[];
  notFound: string[];
  notChecked: string[];
  falsePositives: string;
  wouldChange: string[];
}

const REASONS = 3;

export function buildNote(report: Report): Note {
  const { file, verdict, evidence, clashes } = report;
  const telling = evidence.filter(tells);
  const size = file.width === null ? 'undecodable' : `${file.width}x${file.height}`;
  return {
    name: file.path === null ? 'standard input' : printable(file.path),
    file: `${size} ${file.mime}, ${describeSize(file.bytes)}`,
    verdict: STATE_WORDS[verdict.state],
    score: `score ${describeScore(verdict.score)}, from a prior of ${describeScore(verdict.prior)}`,
    summary: verdict.summary,
    reasons: telling.slice(0, REASONS),
    moreReasons: Math.max(0, telling.length - REASONS),
    clashes: clashes.map(({ message }) => message),
    credentials: describeCredentials(report.credentials),
    watermark: describeWatermarks(report),
    metadata: describeMetadata(report),
    pixels: describePixels(report),
    findings: report.findings.filter(({ level }) => level !== 'note'),
    notFound: notFound(report),
    notChecked: notChecked(report),
    falsePositives: falsePositives(report),
    wouldChange: verdict.wouldChange,
  };
}

/** Whether a finding bears on the verdict: observations that say nothing about AI or cameras are told elsewhere. */
function tells({ claim, llr, abstains, contradicts }: Evidence): boolean {
  return claim !== null || llr !== 0 || abstains === true || contradicts !== undefined;
}
