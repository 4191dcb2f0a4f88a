/** The official conformance rubric (Program 0.2, specification 2.4) on what our templates make. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { withEngine } from '../../src/c2pa/engine.js';
import { signImage } from '../../src/c2pa/index.js';
import { readSettings } from '../../src/c2pa/settings.js';
import { assetPath, haveAssets } from '../support/assets.js';
import type { TestFormat } from './helpers.js';
import { createTestAuthority, generated, marked, testImage } from './helpers.js';

interface Rule {
  id: string;
  expression: string;
  failIfMatched?: boolean;
  warnIfMatched?: boolean;
}
type Evaluate = (
  data: unknown,
  globals: object,
  expression: string,
  functions: Record<string, unknown>,
) => unknown;

/** Named by a variable: the package's own types do not resolve under NodeNext. */
const FORMULA: string = '@adobe/json-formula';
const { jsonFormula: evaluate, dataTypes } = (await import(FORMULA)) as {
  jsonFormula: Evaluate;
  dataTypes: { TYPE_ANY: number };
};
const any = dataTypes.TYPE_ANY;
const parse = (text: string): unknown[] =>
  parseAllDocuments(text).map((document) => document.toJS() as unknown);

function failedRules(crJson: unknown): { total: number; failed: string[] } {
  const file = assetPath('c2pa/conformance-public/asset-rubric-conformance0.2-spec2.4.yml');
  const [head, rules] = parse(readFileSync(file, 'utf8')) as [
    { variables: object; expressions: Record<string, string> },
    Rule[],
  ];
  const functions: Record<string, unknown> = {};
  const run = (expression: string, args: unknown[] = []): unknown =>
    evaluate(
      crJson,
      { ...head.variables, $expected_spec_version: '2.4.0', $args: args },
      expression,
      functions,
    );
  for (const [name, expression] of Object.entries(head.expressions)) {
    functions[name] = {
      _func: (args: unknown[]) => run(expression, args),
      _signature: [{ types: [any], optional: true, variadic: true }],
    };
  }
  const failed = rules.filter((rule) => {
    const value = run(rule.expression);
    const wantsNothing = rule.failIfMatched === true || rule.warnIfMatched === true;
    if (!wantsNothing) return value !== true;
    return Array.isArray(value) ? value.length > 0 : Boolean(value);
  });
  return { total: rules.length, failed: failed.map((rule) => rule.id) };
}

const FORMATS: readonly TestFormat[] = ['png', 'jpeg', 'webp', 'avif'];

describe.skipIf(!haveAssets)('rubric 0.2 / 2.4 (needs ../shared/assets)', () => {
  const { signer, timestamp, trust } = createTestAuthority();
  it.each(FORMATS)('%s: 31 of 31 for each template', async (format) => {
    const mime = `image/${format}`;
    const bytes = await testImage(format);
    const parent = { bytes, mime, title: 'photo' };
    const cases = [
      { template: generated(mime, { prompt: 'a red apple' }) },
      { template: marked(mime, 'digitalCapture'), parent },
    ];
    for (const options of cases) {
      const signed = await signImage(bytes, mime, { signer, timestamp, ...options });
      const crJson = await withEngine(async ({ Reader }) => {
        const reader = await Reader.fromBytes(mime, signed.bytes, readSettings(trust));
        return JSON.parse(reader.crJson()) as unknown;
      });
      expect(failedRules(crJson)).toEqual({ total: 31, failed: [] });
    }
  });
});
