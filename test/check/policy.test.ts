import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { CheckError, findPolicy, parsePolicy, policyJsonSchema } from '../../src/check/index.js';
import { pathMatcher } from '../../src/check/policy/globs.js';
import { matchesSigner } from '../../src/check/policy/signer-pattern.js';
import { SIGNER } from './support.js';

function problems(text: string, key?: string): string[] {
  try {
    parsePolicy({ name: 'p.yaml', text, ...(key === undefined ? {} : { key }) });
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(CheckError);
    return (error as CheckError).message.split('\n');
  }
}

const EXAMPLE = `
version: 1
extends: [recommended, eu-ai-act]
trust: [official, ./our-ca.pem]
rules:
  - paths: ["public/generated/**/*.{png,webp,jpg}"]
    exclude: public/generated/drafts
    when: always
    require: [credentials, trusted, timestamp, watermark, ai-label, disclosure, "rubric:c2pa-2.4"]
    signer: { subject: "O=Example Inc", issuer: "O=Example CA", list: official }
  - paths: public/photos
    forbid: [ai-generated, credentials, watermark]
    signer: ["O=Example*", { issuer: "CN=CA" }]
    level: warning
severity: { IM305: off, IM404: warning }
ignore:
  - { rule: IM101, paths: public/icons, reason: vector icons, expires: 2027-01-01 }
  - { rule: [IM101, IM301], paths: [a, b], reason: others, expires: "2027-01-01" }
exclude: [vendor]
failOn: warning
maxWarnings: 3
`;

describe('a policy', () => {
  it('may say all of this, in the eyes of the schema for editors as well', () => {
    expect(problems(EXAMPLE)).toEqual([]);
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(
      policyJsonSchema(),
    );
    // A bare date is a string to JSON Schema.
    const value: unknown = JSON.parse(JSON.stringify(parse(EXAMPLE)));
    expect(validate(value) ? [] : validate.errors).toEqual([]);
    expect(validate({ rules: [{ paths: 'a', requires: [] }] })).toBe(false);
  });

  it.each<[string, string, string]>([
    ['an unknown key', 'version: 1\nrule: []\n', 'p.yaml:2: unknown key "rule"'],
    [
      'an unknown key inside',
      'rules:\n  - paths: a\n    requires: [trusted]\n',
      'p.yaml:3: unknown key "requires"',
    ],
    [
      'a demand that does not exist',
      'rules:\n  - paths: a\n    require:\n      - trusted\n      - magic\n',
      'p.yaml:5: "rules[0].require[1]" expected one of credentials',
    ],
    ['a wrong type', 'rules:\n  paths: a\n', 'p.yaml:1: "rules" expected array, got object'],
    ['a missing part', 'ignore:\n  - paths: a\n', 'p.yaml:2: "ignore[0].reason" expected string'],
    [
      'a day that does not exist',
      'ignore:\n  - paths: a\n    reason: b\n    expires: "2027-02-30"\n',
      'p.yaml:4: "ignore[0].expires" expected a date, YYYY-MM-DD',
    ],
    ['a preset that does not exist', 'extends: lax\n', 'p.yaml:1: "extends"'],
    [
      'a rule that does not exist',
      'severity:\n  IM999: off\n',
      'p.yaml:2: "severity.IM999" is no rule',
    ],
    [
      'one to be ignored',
      'ignore:\n  - paths: a\n    reason: b\n    rule: [IM101, IM999]\n',
      'p.yaml:4: "ignore[0].rule[1]" is no rule: IM999',
    ],
    [
      'a pattern that may take for ever',
      'rules:\n  - paths: "*a*a*a*a*a"\n',
      'p.yaml:2: "rules[0].paths" expected at most 4 stars',
    ],
    ['a second document', 'failOn: never\n---\n', 'p.yaml:2: Source contains multiple documents'],
    ['an id that is none', 'severity:\n  101: off\n', 'p.yaml:2: "severity.101"'],
    ['a key twice', 'failOn: error\nfailOn: never\n', 'p.yaml:2: Map keys must be unique'],
    ['no YAML', 'rules: [\n', 'p.yaml:2: '],
    ['a list', '- a\n', 'p.yaml:1: the policy expected object, got array'],
  ])('tells %s with its line', (_name, text, expected) => {
    expect(problems(text)[0]).toContain(expected);
  });

  it('tells all problems at once', () => {
    expect(problems('a: 1\nb: 2\nfailOn: sometimes\n')).toHaveLength(3);
  });

  it('counts lines in package.json from its top, and takes tabs', () => {
    const text =
      '{\n\t"name": "x",\n\t"imprint": {\n\t\t"failOn": "error",\n\t\t"typo": 1\n\t}\n}\n';
    expect(problems(text, 'imprint')).toEqual(['p.yaml:5: unknown key "typo"']);
  });

  it('never shows control characters of a policy', () => {
    expect(problems('"\\u001b[31m": 1\n')[0]).toBe('p.yaml:1: unknown key "\\x1b[31m"');
  });

  it('refuses what expands without end', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++) {
      const [previous, name] = ['abcdefghi'[i - 1]!, 'abcdefghi'[i]!];
      bomb.push(`${name}: &${name} [${Array<string>(9).fill(`*${previous}`).join(', ')}]`);
    }
    expect(problems(`${bomb.join('\n')}\n`)[0]).toContain('alias');
  });

  it('is refused with one kind of error, whatever its text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        try {
          parsePolicy({ name: 'p.yaml', text });
        } catch (error) {
          expect(error).toBeInstanceOf(CheckError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('the nearest policy', () => {
  it('is found above, in the order of the names, and in package.json only under its key', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'imprint-policy-'));
    const deep = join(dir, 'a/b');
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(dir, 'package.json'), '{"imprint": {"failOn": "never"}}');
    writeFileSync(join(dir, 'a/package.json'), '{"name": "a"}');
    expect(await findPolicy(deep)).toMatchObject({
      path: join(dir, 'package.json'),
      key: 'imprint',
    });
    writeFileSync(join(dir, 'imprint.config.json'), '{}');
    expect((await findPolicy(deep))!.path).toBe(join(dir, 'imprint.config.json'));
    writeFileSync(join(dir, 'a/imprint.yaml'), '');
    expect((await findPolicy(deep))!.path).toBe(join(dir, 'a/imprint.yaml'));
    // Not there, in the eyes of one who only asks for files; and then the next policy would hold.
    symlinkSync('nowhere', join(deep, 'imprint.yaml'));
    await expect(findPolicy(deep)).rejects.toMatchObject({ code: 'CHECK_POLICY' });
  });
});

describe('paths', () => {
  it.each<[string, string, boolean]>([
    ['**', 'a\nb/c.png', true],
    ['public', 'public/a/b.png', true],
    ['public/', 'public/a.png', true],
    ['./public/*.png', 'public/a.png', true],
    ['/public', 'public/a.png', true],
    ['.', 'a.png', true],
    ['public', 'published/a.png', false],
    ['*.png', 'a/b.png', false],
    ['**/*.{png,jpg}', '.hidden/a.jpg', true],
    ['**/*.png', 'a\u001b[2J\n.png', true],
    ['app/(group)/*.png', 'app/(group)/a.png', true],
    ['photo (1).*', 'photo (1).jpg', true],
    ['@(a|b)/(*).png', 'b/(c).png', true],
    // Where parentheses are groups, this takes for ever.
    ['(a+)+b', 'a'.repeat(200), false],
  ])('%j and %j: %s', (pattern, path, expected) => {
    expect(pathMatcher([pattern])(path)).toBe(expected);
  });
});

describe('a signer', () => {
  const pattern = (subject: string) => ({ subject, issuer: null, list: null });
  it.each<[string, boolean]>([
    ['O=Example Inc', true],
    ['O=Example*', true],
    ['CN=Signer, O=Example Inc', true],
    ['O=Example', false],
    ['o=example inc', false],
    ['O=.xample Inc', false],
    ['*', true],
    ['O=*ple*Inc', true],
    ['O=*Inc*Inc', false],
    ['*e*e*e*e*e*e*e*e*e*e*e*e*e*', false],
  ])('%s: %s', (text, expected) => {
    expect(matchesSigner(SIGNER, pattern(text))).toBe(expected);
  });

  it('cannot pass for another by a comma in its name', () => {
    const signer = { ...SIGNER, subject: 'CN=x, O=Example Inc, O=Evil' };
    expect(matchesSigner(signer, pattern('O=Example Inc'))).toBe(false);
  });

  it('may be asked to be on one list', () => {
    expect(matchesSigner(SIGNER, { subject: null, issuer: 'O=Example CA', list: 'official' })).toBe(
      true,
    );
    expect(matchesSigner(SIGNER, { subject: null, issuer: null, list: 'interim' })).toBe(false);
  });
});
