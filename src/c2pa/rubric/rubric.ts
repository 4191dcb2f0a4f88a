/**
 * Asset rubrics of the C2PA Conformance Program: YAML of two documents, a head with variables and named
 * expressions, and a list of rules (c2pa-org/conformance-public, `asset-rubrics`).
 */
import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { errorMessage, printable } from '../../core/index.js';
import { C2paError } from '../errors.js';
import { asObject, asText } from '../json.js';

export interface RubricRule {
  id: string;
  /** json-formula over crJSON. */
  expression: string;
  /** What a result means: `true` passes, or anything that was matched fails or warns. */
  kind: 'true' | 'fail-if-matched' | 'warn-if-matched';
  /** Section of the specification. */
  section: string | null;
  /** In English; `{{matches}}` stands for what was found. */
  text: { passed: string; failed: string };
}

export interface Rubric {
  name: string;
  version: string | null;
  /** Version of the specification that files are held to, such as `2.4.0`. */
  specVersion: string;
  variables: Readonly<Record<string, unknown>>;
  expressions: Readonly<Record<string, string>>;
  rules: readonly RubricRule[];
}

const require = createRequire(import.meta.url);
/** Loaded with the first rubric: every command would take a sixth longer to start. */
const yaml = (): typeof Yaml => require('yaml') as typeof Yaml;

const MAX_CHARACTERS = 1 << 20;
const MAX_RULES = 1000;
const SPEC_IN_NAME = /\bspec (\d+\.\d+)/i;

/**
 * @param text the YAML. Aliases are refused: the official files have none, and they make small files huge.
 * @throws C2paError C2PA_RUBRIC, which says what is wrong.
 */
export function parseRubric(text: string): Rubric {
  const { isMap, isSeq } = yaml();
  const [head, list, ...rest] = documents(text);
  if (head === undefined || !isMap(head.contents) || list === undefined || !isSeq(list.contents)) {
    throw refused('expected two YAML documents, a head and a list of rules');
  }
  if (rest.length > 0) throw refused('expected two YAML documents, got more');
  const { rubric_metadata, variables, expressions } = asObject(head.toJS());
  const meta = asObject(rubric_metadata);
  const name = asText(meta['name']) ?? 'unnamed rubric';
  const entries = list.toJS() as unknown[];
  if (entries.length === 0 || entries.length > MAX_RULES) {
    throw refused(`expected 1 to ${MAX_RULES} rules, got ${entries.length}`);
  }
  return {
    name,
    version: asText(meta['version']),
    specVersion: `${SPEC_IN_NAME.exec(name)?.[1] ?? '2.4'}.0`,
    variables: asObject(variables),
    expressions: Object.fromEntries(
      Object.entries(asObject(expressions)).map(([key, value]) => [key, expressionOf(value, key)]),
    ),
    rules: entries.map(ruleOf),
  };
}

function documents(text: string): Yaml.Document.Parsed[] {
  const { isAlias, parseAllDocuments, visit } = yaml();
  if (text.length > MAX_CHARACTERS) throw refused('larger than 1 MiB');
  let parsed: Yaml.Document.Parsed[];
  try {
    parsed = [...parseAllDocuments(text)] as Yaml.Document.Parsed[];
  } catch (cause) {
    throw refused(errorMessage(cause));
  }
  for (const document of parsed) {
    const [error] = document.errors;
    if (error !== undefined) throw refused(error.message);
    visit(document, (_key, node) => {
      if (isAlias(node)) throw refused('aliases are not read');
    });
  }
  return parsed;
}

function ruleOf(value: unknown, index: number): RubricRule {
  const rule = asObject(value);
  const id = asText(rule['id']);
  if (id === null) throw refused(`rule ${index + 1} has no id`);
  const texts = asObject(rule['reportText']);
  const english = (key: string): string | null => asText(asObject(texts[key])['en']);
  const fallback = asText(rule['description']) ?? id;
  return {
    id,
    expression: expressionOf(rule['expression'], id),
    kind:
      rule['failIfMatched'] === true
        ? 'fail-if-matched'
        : rule['warnIfMatched'] === true
          ? 'warn-if-matched'
          : 'true',
    section: asText(rule['specSection']),
    text: { passed: english('true') ?? fallback, failed: english('false') ?? fallback },
  };
}

function expressionOf(value: unknown, name: string): string {
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw refused(`"${printable(name, 80)}" has no expression`);
}

const refused = (why: string): C2paError =>
  new C2paError({
    code: 'C2PA_RUBRIC',
    message: `the rubric cannot be read: ${printable(why.split('\n')[0] ?? '', 300)}`,
  });
