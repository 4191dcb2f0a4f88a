/** A rubric over crJSON: which checks pass. */
import { dataTypes, jsonFormula } from '@adobe/json-formula';
import { errorMessage } from '../../core/index.js';
import { asObject } from '../json.js';
import type { Rubric, RubricRule } from './rubric.js';

export interface RubricCheck {
  id: string;
  /** `warn` is advice of the rubric and breaks nothing; `error`: the check could not be evaluated. */
  status: 'pass' | 'fail' | 'warn' | 'error';
  /** What the check found, in the words of the rubric. */
  text: string;
  /** Section of the specification, null where the rubric names none. */
  section: string | null;
}

type Evaluate = (expression: string, args?: readonly unknown[]) => unknown;
type Functions = Parameters<typeof jsonFormula>[3];

const MAX_MATCHES = 10;
const MAX_MATCH = 200;
/** Named expressions may call each other; the official ones do so three deep. */
const MAX_CALLS = 20_000;

/**
 * Of the active manifest, which is what rubrics look at. Real files have some hundreds of objects; where
 * bytes are written as numbers, some ten thousand values.
 */
const MAX_OBJECTS = 5000;
const MAX_VALUES = 20_000;

/** Every check, in the order of the rubric. Nothing about the file or the rubric throws. */
export function evaluateRubric(rubric: Rubric, crJson: unknown): RubricCheck[] {
  if (isHuge(crJson)) {
    const text = `could not be evaluated: the manifest is too large (more than ${MAX_OBJECTS} objects)`;
    return rubric.rules.map(({ id, section }) => ({ id, status: 'error', text, section }));
  }
  return rubric.rules.map((rule) => {
    // A fresh one for each rule: its budget of calls is what keeps a rubric that calls itself finite.
    const evaluate = createEvaluator(rubric, crJson);
    try {
      return checkOf(rule, evaluate(rule.expression));
    } catch (error) {
      const text = `could not be evaluated: ${errorMessage(error).slice(0, MAX_MATCH)}`;
      return { id: rule.id, status: 'error', text, section: rule.section };
    }
  });
}

/** Its own stack, not recursion: a stranger decides how deep it goes. */
function isHuge(crJson: unknown): boolean {
  const manifests = asObject(crJson)['manifests'];
  const stack: unknown[] = Array.isArray(manifests) ? [(manifests as unknown[])[0]] : [];
  let objects = 0;
  let values = 0;
  for (let value = stack.pop(); value != null; value = stack.pop()) {
    const inside = Object.values(value);
    objects++;
    values += inside.length;
    if (objects > MAX_OBJECTS || values > MAX_VALUES) return true;
    for (const item of inside) if (typeof item === 'object' && item !== null) stack.push(item);
  }
  return false;
}

function createEvaluator(rubric: Rubric, crJson: unknown): Evaluate {
  const functions: Record<string, Functions[string]> = {};
  let calls = 0;
  const evaluate: Evaluate = (expression, args = []) => {
    if (++calls > MAX_CALLS) throw new Error('too many calls');
    const globals = {
      ...rubric.variables,
      $expected_spec_version: rubric.specVersion,
      $args: args,
    };
    return jsonFormula(crJson, globals, expression, functions);
  };
  for (const [name, expression] of Object.entries(rubric.expressions)) {
    functions[name] = {
      _func: (args) => evaluate(expression, args),
      _signature: [{ types: [dataTypes.TYPE_ANY], optional: true, variadic: true }],
    };
  }
  return evaluate;
}

function checkOf({ id, kind, text, section }: RubricRule, value: unknown): RubricCheck {
  const passed =
    kind === 'true' ? value === true : Array.isArray(value) ? value.length === 0 : !isTruthy(value);
  if (passed) return { id, status: 'pass', text: text.passed, section };
  const status = kind === 'warn-if-matched' ? 'warn' : 'fail';
  return { id, status, text: text.failed.replaceAll('{{matches}}', () => shown(value)), section };
}

const isTruthy = (value: unknown): boolean => Boolean(value);

/** What was matched, cut: it comes from the file. */
function shown(value: unknown): string {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const words = list.slice(0, MAX_MATCHES).map((item) => {
    const word = typeof item === 'string' ? item : JSON.stringify(item);
    return word.length > MAX_MATCH ? `${word.slice(0, MAX_MATCH)}…` : word;
  });
  return words.join(', ') + (list.length > MAX_MATCHES ? ', …' : '');
}
