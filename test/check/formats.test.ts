import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';
import { SaxesParser } from 'saxes';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CheckResult, FormatName } from '../../src/check/index.js';
import { FORMAT_NAMES, FORMATS, githubOutputs, NO_PAINT, RULES } from '../../src/check/index.js';
import { brokenDiff, brokenTree } from './broken-tree.js';

const context = {
  display: (path: string) => path,
  locate: (path: string) => `site/${path}`,
  paint: NO_PAINT,
  rules: RULES,
  verbose: false,
};
const EXTENSIONS: Record<FormatName, string> = {
  human: 'txt',
  json: 'json',
  ndjson: 'ndjson',
  sarif: 'sarif',
  junit: 'xml',
  github: 'txt',
  gitlab: 'json',
  markdown: 'md',
};

let tree: CheckResult;
let diff: CheckResult;
const withoutVersion = (result: CheckResult): CheckResult => ({
  ...result,
  tool: { ...result.tool, version: '0.0.0' },
});
beforeAll(async () => {
  tree = withoutVersion(await brokenTree());
  diff = withoutVersion(await brokenDiff());
});
const render = (name: FormatName, result = tree): string => FORMATS[name](result, context);
const snapshot = (name: string): string =>
  fileURLToPath(new URL(`./snapshots/${name}`, import.meta.url));

it('the tree and the comparison break every rule', () => {
  const told = [tree, diff].flatMap(({ files, policyFindings }) =>
    [...policyFindings, ...files.flatMap(({ findings }) => findings)].map(({ ruleId }) => ruleId),
  );
  expect([...new Set(told)].sort()).toEqual(RULES.map(({ id }) => id));
});

describe('every format', () => {
  it.each(FORMAT_NAMES)('%s, as it was', async (name) => {
    await expect(render(name)).toMatchFileSnapshot(snapshot(`${name}.${EXTENSIONS[name]}`));
  });

  it.each<FormatName>(['human', 'markdown'])('%s of a comparison, as it was', async (name) => {
    const text = render(name, diff);
    await expect(text).toMatchFileSnapshot(snapshot(`diff-${name}.${EXTENSIONS[name]}`));
  });

  it.each(FORMAT_NAMES)('%s never prints a control character of a name', (name) => {
    for (const result of [tree, diff]) {
      // eslint-disable-next-line no-control-regex -- that is what is looked for
      expect(render(name, result)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
    }
  });
});

describe('sarif', () => {
  interface SarifResult {
    ruleId: string;
    ruleIndex: number;
    locations: { physicalLocation: { artifactLocation: { uri: string }; region: object } }[];
    partialFingerprints: Record<string, string>;
    suppressions?: object[];
  }
  const runOf = (result: CheckResult) =>
    (
      JSON.parse(render('sarif', result)) as {
        runs: { tool: { driver: { rules: { id: string }[] } }; results: SarifResult[] }[];
      }
    ).runs[0]!;

  it('is valid by the schema of OASIS', () => {
    const schemaPath = createRequire(import.meta.url).resolve('@microsoft/jest-sarif');
    const schema = JSON.parse(
      readFileSync(new URL('schemas/sarif-2.1.0-rtm.5.json', `file://${schemaPath}`), 'utf8'),
    ) as Record<string, unknown>;
    // Ajv asks for the names of a later draft.
    for (const name of ['$schema', 'id']) delete schema[name];
    const ajv = new Ajv.default({
      strict: false,
      allErrors: true,
      logger: false,
      unicodeRegExp: false,
    });
    addFormats.default(ajv);
    const validate = ajv.compile(schema);
    for (const result of [tree, diff]) {
      expect(validate(JSON.parse(render('sarif', result))) ? [] : validate.errors).toEqual([]);
    }
    // The judge does judge.
    expect(validate({ version: '2.1.0', runs: [{ results: [{}] }] })).toBe(false);
  });

  it('gives every result a place, a rule and a fingerprint of its own that stays', () => {
    const { tool, results } = runOf(tree);
    for (const result of results) {
      expect(tool.driver.rules[result.ruleIndex]!.id).toBe(result.ruleId);
      const { artifactLocation, region } = result.locations[0]!.physicalLocation;
      expect(artifactLocation.uri).toMatch(/^site\/[\x21-\x7e]+$/);
      if (!artifactLocation.uri.endsWith('.yaml')) {
        expect(region).toEqual({ startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 });
      }
    }
    const prints = results.map(({ partialFingerprints }) => partialFingerprints['imprint/v1']);
    expect(new Set(prints).size).toBe(prints.length);
    expect(prints[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('keeps what is ignored as suppressed, with the reason', () => {
    const suppressed = runOf(tree).results.filter(({ suppressions }) => suppressions);
    expect(suppressed).toHaveLength(1);
    expect(suppressed[0]!.suppressions![0]).toMatchObject({
      justification: 'ignore: drawn by hand | <b>really</b>',
    });
  });
});

describe('junit', () => {
  it('is well-formed, and its counts are those of its cases', () => {
    const counts = { testcase: 0, failure: 0, error: 0, skipped: 0 };
    let top: Record<string, string> = {};
    const parser = new SaxesParser();
    parser.on('error', (error) => {
      throw error;
    });
    parser.on('opentag', ({ name, attributes }) => {
      if (name === 'testsuites') top = attributes;
      if (name in counts) counts[name as keyof typeof counts]++;
    });
    parser.write(render('junit')).close();
    expect(top).toMatchObject({
      tests: String(counts.testcase),
      failures: String(counts.failure),
      errors: String(counts.error),
      skipped: String(counts.skipped),
    });
    expect(counts.testcase).toBe(tree.files.length + 1);
  });
});

describe('github', () => {
  it('has one command per line, whatever a file is called', () => {
    const lines = render('github').trimEnd().split('\n');
    for (const line of lines) {
      expect(line).toMatch(/^::(error|warning|notice) file=[^:,]+,line=\d+,title=IM\d{3}::/);
    }
    expect(lines).toHaveLength(
      [...tree.policyFindings, ...tree.files.flatMap(({ findings }) => findings)].filter(
        ({ suppressed, level }) => suppressed === null && level !== 'note',
      ).length,
    );
  });

  it('has outputs of one line each', () => {
    const outputs = githubOutputs(tree, ['a.sarif', 'b\n.xml']);
    expect(
      outputs
        .trimEnd()
        .split('\n')
        .map((line) => line.split('=')[0]),
    ).toEqual([
      'passed',
      'exit-code',
      'files',
      'failed',
      'errors',
      'warnings',
      'summary',
      'report',
    ]);
  });
});

it('ndjson is one value per line: the files, then the rest', () => {
  const lines = render('ndjson')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(lines).toHaveLength(tree.files.length + 1);
  expect(lines.at(-1)).toMatchObject({ summary: tree.summary, exitCode: tree.exitCode });
});

it('gitlab has fingerprints of their own', () => {
  const issues = JSON.parse(render('gitlab')) as { fingerprint: string; severity: string }[];
  expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
  expect(new Set(issues.map(({ severity }) => severity))).toEqual(
    new Set(['critical', 'major', 'minor']),
  );
});
