/** A policy file's text -> its checked content, with the line of each part for messages. */
import { isMap, isPair, isScalar, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { z } from 'zod';
import { errorMessage, printable } from '../../core/index.js';
import { CheckError } from '../errors.js';
import { RULES } from '../rules/index.js';
import type { PolicyDocument } from './schema.js';
import { policySchema } from './schema.js';

export interface PolicySource {
  /** Shown in messages. */
  name: string;
  text: string;
  /** Key under which the policy stands, for package.json. */
  key?: string;
}

export interface ParsedPolicy {
  document: PolicyDocument;
  /** Line, from 1, of the part at `path`, or of the nearest part around it. */
  lineOf: (path: readonly PropertyKey[]) => number;
}

const MAX_PROBLEMS = 20;

/**
 * YAML 1.2, of which JSON is a part.
 *
 * @throws CheckError CHECK_POLICY with every problem found, `file:line: what`.
 */
export function parsePolicy({ name, text, key }: PolicySource): ParsedPolicy {
  const lines = new LineCounter();
  const yaml = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (line: number, message: string): string =>
    `${printable(name, 300)}:${line}: ${printable(message, 500)}`;
  if (yaml.errors.length > 0) {
    throw refused(
      yaml.errors.map((error) => at(lines.linePos(error.pos[0]).line, firstLine(error.message))),
    );
  }
  const prefix = key === undefined ? [] : [key];
  const lineOf = (path: readonly PropertyKey[]): number =>
    lineAt(yaml, lines, [...prefix, ...path]);
  let value: unknown;
  try {
    const whole: unknown = yaml.toJS({ maxAliasCount: 100 });
    value = key === undefined ? whole : (whole as Record<string, unknown>)[key];
  } catch (error) {
    throw refused([at(1, firstLine(errorMessage(error)))]);
  }
  // An empty file asks for nothing of its own.
  const result = policySchema.safeParse(value ?? {});
  if (result.success) {
    const unknown = unknownRules(result.data);
    if (unknown.length === 0) return { document: result.data, lineOf };
    throw refused(unknown.map(({ path, message }) => at(lineOf(path), message)));
  }
  throw refused(
    result.error.issues
      .flatMap((issue) => describeIssue(issue, value))
      .map(({ path, message }) => at(lineOf(path), message)),
  );
}

function refused(problems: readonly string[]): CheckError {
  const shown = problems.slice(0, MAX_PROBLEMS);
  const more = problems.length - shown.length;
  const message = [...shown, ...(more > 0 ? [`... and ${more} more`] : [])].join('\n');
  return new CheckError({ code: 'CHECK_POLICY', message });
}

/** Of a message for programmers what an author of a policy can use. */
function firstLine(message: string): string {
  if (message.startsWith('Maximum call stack')) return 'nested too deeply';
  return message.split(/\n|; please use/)[0] ?? '';
}

/** A rule that is misspelt would be silenced, or made an error, without any effect. */
function unknownRules({ severity = {}, ignore = [] }: PolicyDocument): Described[] {
  const named: { path: PropertyKey[]; id: string }[] = [
    ...Object.keys(severity).map((id) => ({ path: ['severity', id], id })),
    ...ignore.flatMap(({ rule = [] }, index) =>
      typeof rule === 'string'
        ? [{ path: ['ignore', index, 'rule'], id: rule }]
        : rule.map((id, place) => ({ path: ['ignore', index, 'rule', place], id })),
    ),
  ];
  return named
    .filter(({ id }) => !RULES.some((known) => known.id === id))
    .map(({ path, id }) => ({ path, message: `"${pathText(path)}" is no rule: ${id}` }));
}

/** The node at `path`, or the nearest one around it that stands in the text. */
function lineAt(yaml: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetOf(yaml, path.slice(0, length));
    if (offset !== null) return lines.linePos(offset).line;
  }
  return 1;
}

function offsetOf(yaml: Document, path: readonly PropertyKey[]): number | null {
  if (path.length === 0) return yaml.contents?.range?.[0] ?? null;
  const parent: unknown = path.length === 1 ? yaml.contents : yaml.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    // The key and not the value, which may begin a line later.
    const pair = parent.items.find(
      (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(last),
    );
    return isScalar(pair?.key) ? (pair.key.range?.[0] ?? null) : null;
  }
  const node = yaml.getIn(path, true) as { range?: [number, number, number] } | undefined;
  return node?.range?.[0] ?? null;
}

type Issue = z.core.$ZodIssue;
interface Described {
  path: PropertyKey[];
  message: string;
}

/** Of a union the branch that came furthest is the one that was meant. */
function describeIssue(
  issue: Issue,
  root: unknown,
  base: readonly PropertyKey[] = [],
): Described[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, key], message: `unknown key "${key}"` }));
  }
  if (issue.code === 'invalid_union') {
    const branches = issue.errors.filter((branch) => branch.length > 0);
    const depth = (branch: readonly Issue[]): number =>
      Math.max(...branch.map((inner) => inner.path.length));
    const deeper = branches.filter((branch) => depth(branch) > 0 || isKeyIssue(branch));
    const best = deeper.sort((a, b) => depth(b) - depth(a))[0];
    if (best !== undefined) return best.flatMap((inner) => describeIssue(inner, root, path));
    const said = [...new Set(branches.flatMap((branch) => branch.map(plainMessage)))];
    return [{ path, message: `"${pathText(path)}" ${said.join(', or ')}` }];
  }
  if (issue.code === 'invalid_key') {
    const said = issue.issues.map(plainMessage).join(', ');
    return [{ path, message: `"${pathText(path)}" ${said}` }];
  }
  const where = path.length === 0 ? 'the policy' : `"${pathText(path)}"`;
  return [{ path, message: `${where} ${plainMessage(issue)}` }];
}

const isKeyIssue = (branch: readonly Issue[]): boolean =>
  branch.some(({ code }) => code === 'unrecognized_keys');

/** In the form of the library's argument checks: `expected X, got Y`. */
function plainMessage(issue: Issue): string {
  const message = issue.message.replace(/^Invalid (input|option|string|key): ?/i, '');
  return message.replace(/, received /, ', got ').replace(/^Expected/, 'expected');
}

function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) =>
      typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`,
    )
    .join('');
}
