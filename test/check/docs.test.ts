import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RULES } from '../../src/check/index.js';
import { madeDocs } from './docs-made.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('what is made from the rules and the schema', () => {
  it('is in step with them (npm run docs:rules)', async () => {
    for (const [path, text] of await madeDocs(root)) {
      expect({ path, text: readFileSync(join(root, path), 'utf8') }).toEqual({ path, text });
    }
  });

  it('has one page per rule and no other', () => {
    const pages = readdirSync(join(root, 'docs/findings')).map((name) => name.replace('.md', ''));
    expect(pages.sort()).toEqual(RULES.map(({ id }) => id));
  });
});

describe('rules', () => {
  it('have one file each, named after id and name, in the order of their ids', () => {
    const files = readdirSync(join(root, 'src/check/rules')).filter((name) => /^im\d/.test(name));
    expect(files.sort()).toEqual(RULES.map(({ id, name }) => `im${id.slice(2)}-${name}.ts`));
  });

  it('have ids and names of their own, words on every part of the page, and something to look at', () => {
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(RULES.length);
    expect(new Set(RULES.map(({ name }) => name)).size).toBe(RULES.length);
    for (const rule of RULES) {
      expect(rule.id).toMatch(/^IM[1-59]\d{2}$/);
      for (const part of [rule.title, rule.what, rule.why, rule.fix]) {
        expect(part.length).toBeGreaterThan(5);
      }
      const parts = [rule.file, rule.change, rule.policy].filter((part) => part !== undefined);
      expect(parts.length, rule.id).toBeGreaterThan(0);
      for (const part of parts) expect(part, rule.id).toBeTypeOf('function');
    }
  });
});
