import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GenerateError } from '../../src/generate/index.js';
import { cleanPrompt, createPromptTokenizer } from '../../src/generate/tokenizer.js';

const json: unknown = JSON.parse(
  readFileSync(new URL('../../fixtures/models/tiny/tokenizer.json', import.meta.url), 'utf8'),
);
const LIMIT = 32;
const tokenizer = createPromptTokenizer(json, { maxTokens: LIMIT, padId: 0 });
const lengthOf = (prompt: string) =>
  tokenizer.encode(prompt).mask.filter((bit) => bit === 1).length;
const tooLong = expect.objectContaining({ code: 'GENERATE_PROMPT_TOO_LONG' }) as Error;

describe('token ids', () => {
  it('start with 1, end with 2 and are padded with 0', () => {
    const { ids, mask } = tokenizer.encode('red');
    expect(ids.slice(0, 4)).toEqual([1, 261, 2, 0]);
    expect(ids).toHaveLength(LIMIT);
    expect(mask).toEqual(ids.map((id) => (id === 0 ? 0 : 1)));
  });

  it('of an empty text are the two markers', () => expect(lengthOf('')).toBe(2));

  it.each([
    ['capitals', 'RED', 'red'],
    ['control characters', 'a\u0000\u001bred\n\tcat', 'a red cat'],
    ['blanks around', '  red  ', 'red'],
    ['a decomposed accent', 'cafe\u0301', 'caf\u00e9'],
  ])('do not depend on %s', (_name, one, other) => {
    expect(tokenizer.encode(one)).toEqual(tokenizer.encode(other));
  });

  it("read a user's </s> as characters and not as a marker", () => {
    const { ids } = tokenizer.encode('a</s><pad>b');
    expect(ids.filter((id) => id === 2)).toHaveLength(1);
    expect(ids.lastIndexOf(2)).toBeGreaterThan(10);
  });

  it('are bytes for emoji and other scripts', () => {
    expect(lengthOf('🍎')).toBe(2 + 5);
    expect(lengthOf('林檎')).toBe(2 + 7);
  });

  it('exist for a lone surrogate', () => expect(lengthOf('\ud83c')).toBeGreaterThan(2));
});

describe('a prompt that is too long', () => {
  it('says how many tokens it has and how many there may be', () => {
    expect(() => tokenizer.encode('xy '.repeat(20))).toThrowError(tooLong);
    expect(() => tokenizer.encode('xy '.repeat(20))).toThrowError(/62 tokens.*32/);
  });

  it('may fill the limit and no more', () => {
    expect(lengthOf('x'.repeat(LIMIT - 3))).toBe(LIMIT);
    expect(() => tokenizer.encode('x'.repeat(LIMIT - 2))).toThrowError(tooLong);
  });

  it.each([
    ['10,000 characters', 'a cat '.repeat(1667)],
    ['10,000 characters without a blank', 'x'.repeat(10_000)],
    ['a million characters', 'x'.repeat(1_000_000)],
  ])('%s', (_name, prompt) => expect(() => tokenizer.encode(prompt)).toThrowError(tooLong));
});

describe('any text', () => {
  it('becomes ids of the vocabulary or one typed error', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        try {
          const { ids } = tokenizer.encode(text);
          expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < 262)).toBe(true);
          expect(ids).toHaveLength(LIMIT);
        } catch (error) {
          expect(error).toBeInstanceOf(GenerateError);
        }
      }),
      { seed: 5, numRuns: 300 },
    );
  });

  it('is one line once cleaned', () => {
    expect(cleanPrompt(' a\r\n\u0007b\u0085c\u2028d ')).toBe('a b c d');
  });
});

describe('a tokenizer that is none', () => {
  it.each<[string, unknown]>([
    ['null', null],
    ['an empty object', {}],
    ['an unknown model', { model: { type: 'Nothing', vocab: {} } }],
  ])('%s', (_name, value) => {
    expect(() => createPromptTokenizer(value, { maxTokens: LIMIT, padId: 0 })).toThrowError(
      expect.objectContaining({ code: 'GENERATE_PIPELINE_INVALID' }) as Error,
    );
  });
});
