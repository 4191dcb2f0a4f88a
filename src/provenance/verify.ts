/** Report -> exit code: what `verify` and `check` answer, as a pure function (docs/exit-codes.md). */
import { assertOneOf } from '../core/index.js';
import type { InspectOptions, Report } from '../detect/index.js';
import { inspectImage } from '../detect/index.js';
import { TOOL } from './version.js';

/** What a caller may demand of every file. */
export const REQUIREMENTS = [
  'credentials',
  'trusted',
  'watermark',
  'timestamp',
  'ai-label',
] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

/** Stable API: 0 satisfied, 2 altered or violated, 3 provenance absent, 4 not trusted. */
export type VerifyExitCode = 0 | 2 | 3 | 4;

export interface Inspector {
  /** @throws ImageError when the bytes are no readable image. */
  inspect(
    bytes: Uint8Array,
    options?: { path?: string; manifestData?: Uint8Array },
  ): Promise<Report>;
}

export type InspectorOptions = Omit<InspectOptions, 'tool' | 'path' | 'manifestData'>;

/** Settings and keys are checked once; each `inspect` is then cheap. */
export function createInspector(options: InspectorOptions = {}): Inspector {
  return {
    inspect: (bytes, file = {}) => inspectImage(bytes, { ...options, ...file, tool: TOOL }),
  };
}

/** One report. For many files make one inspector and keep it. */
export function inspect(
  bytes: Uint8Array,
  options: InspectorOptions & { path?: string; manifestData?: Uint8Array } = {},
): Promise<Report> {
  return inspectImage(bytes, { ...options, tool: TOOL });
}

/** The exit code that `report` earns under `require`; the first rule that applies decides. */
export function verdictExitCode(
  report: Report,
  require: readonly Requirement[] = [],
): VerifyExitCode {
  for (const requirement of require) assertOneOf(requirement, 'require', REQUIREMENTS);
  const { credentials, watermarks, evidence } = report;
  const wants = (requirement: Requirement): boolean => require.includes(requirement);
  const { presence, integrity, signer } = credentials;

  if (
    integrity === 'altered' ||
    presence === 'malformed' ||
    signer?.status === 'revoked' ||
    report.findings.some(({ level, ruleId }) => level === 'error' && ruleId === 'IM502')
  ) {
    return 2;
  }
  const has = presence !== 'absent' && presence !== 'remote';
  if ((wants('credentials') || wants('trusted') || wants('timestamp')) && !has) return 3;
  if (wants('watermark') && !watermarks.some(({ status }) => status !== 'none')) return 3;
  if (wants('ai-label') && !evidence.some(({ claim }) => claim?.startsWith('ai-'))) return 3;
  if (wants('timestamp') && signer?.timestamp == null) return 2;
  if (wants('trusted') && signer?.status !== 'trusted') return 4;
  return 0;
}

/** Of many files the worst decides, in the order 2 5 4 3 1 0. */
export function worstExitCode(codes: readonly number[]): number {
  const order = [2, 5, 4, 3, 1, 0];
  return order.find((code) => codes.includes(code)) ?? 0;
}
