/** A policy as it is applied: presets and the user's own rules as one list, and what they ask of a file. */
import { createHash } from 'node:crypto';
import type { Report } from '../../provenance/index.js';
import type { InspectSettings, Level, PolicyFacts } from '../model.js';
import { PRESETS } from '../presets/index.js';
import type { ParsedPolicy } from './document.js';
import type { PathMatcher } from './globs.js';
import { pathMatcher } from './globs.js';
import type {
  Demand,
  Forbiddable,
  IgnoreDocument,
  PolicyDocument,
  PresetName,
  RuleDocument,
  SignerDocument,
} from './schema.js';

export interface PolicyRule {
  matches: PathMatcher;
  /** As written, for messages. */
  paths: string[];
  aiOnly: boolean;
  require: Demand[];
  rubric: string | null;
  forbid: Forbiddable[];
  signers: SignerPattern[];
  level: Level;
  /** Line of the policy file; null for a rule of a preset. */
  line: number | null;
}

export interface SignerPattern {
  subject: string | null;
  issuer: string | null;
  list: string | null;
}

export interface PolicyIgnore {
  matches: PathMatcher;
  paths: string[];
  /** Null for all. */
  rules: string[] | null;
  reason: string;
  /** Last day on which it holds, `YYYY-MM-DD`. */
  expires: string | null;
  line: number;
}

export type FailOn = 'error' | 'warning' | 'never';

export interface Policy {
  facts: PolicyFacts;
  rules: PolicyRule[];
  ignores: PolicyIgnore[];
  severity: ReadonlyMap<string, Level | 'off'>;
  excluded: PathMatcher;
  trust: string[];
  failOn: FailOn;
  /** Null for any number. */
  maxWarnings: number | null;
}

/** What the rules that match a file ask of it, with the level of what is missing. */
export interface Demands {
  require: ReadonlyMap<Demand, Level>;
  forbid: ReadonlyMap<Forbiddable, Level>;
  /** One entry per rule that names signers; each must be met by one of its patterns. */
  signers: readonly { patterns: readonly SignerPattern[]; level: Level }[];
  /** Level of a failed rubric; null where none is asked for. */
  rubric: Level | null;
}

export interface PolicyOrigin {
  /** As shown in messages and reports; null for the built-in policy. */
  path: string | null;
  text: string | null;
}

const DEFAULT_PRESETS: readonly PresetName[] = ['recommended'];
const DEFAULT_TRUST = ['official'];

/** @param parsed null for the built-in policy. */
export function createPolicy(
  parsed: ParsedPolicy | null,
  origin: PolicyOrigin = { path: null, text: null },
  presets?: readonly PresetName[],
): Policy {
  const own: PolicyDocument = parsed?.document ?? {};
  const names = presets ?? (own.extends === undefined ? DEFAULT_PRESETS : asList(own.extends));
  const bases = names.map((name) => PRESETS[name]);
  const last = <T>(pick: (document: PolicyDocument) => T | undefined): T | undefined =>
    [...bases, own].map(pick).findLast((value) => value !== undefined);
  const lineOf = (path: readonly PropertyKey[]): number => parsed?.lineOf(path) ?? 1;
  return {
    facts: {
      path: origin.path,
      sha256: origin.text === null ? null : createHash('sha256').update(origin.text).digest('hex'),
      extends: [...names],
    },
    rules: [
      ...bases.flatMap(({ rules = [] }) => rules.map((rule) => toRule(rule, null))),
      ...(own.rules ?? []).map((rule, index) => toRule(rule, lineOf(['rules', index]))),
    ],
    ignores: (own.ignore ?? []).map((entry, index) => toIgnore(entry, lineOf(['ignore', index]))),
    severity: new Map(
      [...bases, own].flatMap(
        ({ severity = {} }) => Object.entries(severity) as [string, Level | 'off'][],
      ),
    ),
    excluded: pathMatcher(own.exclude ?? []),
    trust: last(({ trust }) => trust) ?? DEFAULT_TRUST,
    failOn: last(({ failOn }) => failOn) ?? 'error',
    maxWarnings: last(({ maxWarnings }) => maxWarnings) ?? null,
  };
}

const asList = <T>(value: T | readonly T[]): T[] =>
  Array.isArray(value) ? [...(value as readonly T[])] : [value as T];

function toRule(rule: RuleDocument, line: number | null): PolicyRule {
  const paths = asList(rule.paths);
  const included = pathMatcher(paths);
  const left = pathMatcher(rule.exclude === undefined ? [] : asList(rule.exclude));
  const named = rule.require ?? [];
  const rubric = named.findLast((name) => name.startsWith('rubric:'));
  const signers = rule.signer === undefined ? [] : asList<SignerDocument>(rule.signer);
  return {
    matches: (path) => included(path) && !left(path),
    paths,
    aiOnly: rule.when === 'ai-generated',
    require: named.filter((name): name is Demand => !name.startsWith('rubric:')),
    rubric: rubric === undefined ? null : rubric.slice('rubric:'.length),
    forbid: rule.forbid ?? [],
    signers: signers.map((signer) =>
      typeof signer === 'string'
        ? { subject: signer, issuer: null, list: null }
        : {
            subject: signer.subject ?? null,
            issuer: signer.issuer ?? null,
            list: signer.list ?? null,
          },
    ),
    level: rule.level ?? 'error',
    line,
  };
}

function toIgnore(entry: IgnoreDocument, line: number): PolicyIgnore {
  const paths = asList(entry.paths);
  const { expires } = entry;
  return {
    matches: pathMatcher(paths),
    paths,
    rules: entry.rule === undefined ? null : asList(entry.rule),
    reason: entry.reason,
    expires:
      expires === undefined
        ? null
        : expires instanceof Date
          ? expires.toISOString().slice(0, 10)
          : expires,
    line,
  };
}

/** How a file must be looked at for its rules to be judged. */
export function settingsFor(rules: readonly PolicyRule[]): InspectSettings {
  return {
    watermark: rules.some(
      ({ require, forbid }) => require.includes('watermark') || forbid.includes('watermark'),
    ),
    // The last rule that names one decides: a manifest is held to one rubric.
    rubric: rules.findLast(({ rubric }) => rubric !== null)?.rubric ?? null,
  };
}

/** What `rules` ask of a file of which `report` is known. */
export function demandsOf(rules: readonly PolicyRule[], report: Report | null): Demands {
  const ai = report !== null && showsAi(report);
  const require = new Map<Demand, Level>();
  const forbid = new Map<Forbiddable, Level>();
  const signers: { patterns: readonly SignerPattern[]; level: Level }[] = [];
  let rubric: Level | null = null;
  for (const rule of rules) {
    if (rule.aiOnly && !ai) continue;
    const { level } = rule;
    for (const name of rule.require) require.set(name, graver(require.get(name), level));
    for (const name of rule.forbid) forbid.set(name, graver(forbid.get(name), level));
    if (rule.rubric !== null) rubric = graver(rubric ?? undefined, level);
    if (rule.signers.length > 0) {
      signers.push({ patterns: rule.signers, level });
      // A name is worth nothing unless a list vouches for it.
      require.set('trusted', graver(require.get('trusted'), level));
    }
  }
  return { require, forbid, signers, rubric };
}

/** Any evidence that AI made or edited the image, a mere hint excepted. */
export function showsAi({ evidence }: Report): boolean {
  return evidence.some(
    ({ claim, strength }) =>
      (claim === 'ai-generated' || claim === 'ai-edited') && strength !== 'hint',
  );
}

const GRAVITY: Record<Level, number> = { error: 0, warning: 1, note: 2 };

/** The graver of two levels. */
function graver(a: Level | undefined, b: Level): Level {
  return a !== undefined && GRAVITY[a] < GRAVITY[b] ? a : b;
}
