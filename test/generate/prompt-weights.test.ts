import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePromptWeights } from '../../src/generate/prompt-weights.js';

const pairs = (prompt: string) =>
  parsePromptWeights(prompt).map(({ text, weight }) => [text, Number(weight.toFixed(6))]);

describe('prompt weights', () => {
  /** The examples in the docstring of the webui's parse_prompt_attention. */
  it.each<[string, [string, number][]]>([
    ['normal text', [['normal text', 1]]],
    [
      'an (important) word',
      [
        ['an ', 1],
        ['important', 1.1],
        [' word', 1],
      ],
    ],
    ['(unbalanced', [['unbalanced', 1.1]]],
    ['\\(literal\\]', [['(literal]', 1]]],
    ['(unnecessary)(parens)', [['unnecessaryparens', 1.1]]],
    [
      'a (((house:1.3)) [on] a (hill:0.5), sun, (((sky))).',
      [
        ['a ', 1],
        ['house', 1.573],
        [' ', 1.1],
        ['on', 1],
        [' a ', 1.1],
        ['hill', 0.55],
        [', sun, ', 1.1],
        ['sky', 1.4641],
        ['.', 1.1],
      ],
    ],
  ])('%s', (prompt, expected) => expect(pairs(prompt)).toEqual(expected));

  it.each<[string, [string, number][]]>([
    ['', [['', 1]]],
    ['ratio 16:9)', [['ratio 16:9)', 1]]],
    ['(a:1.2.3)', [['a:1.2.3', 1.1]]],
    ['a]', [['a]', 1]]],
  ])('%s', (prompt, expected) => expect(pairs(prompt)).toEqual(expected));

  it('leaves a prompt without brackets and backslashes as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const plain = text.replace(/[()[\]\\]/g, '');
        expect(parsePromptWeights(plain)).toEqual([{ text: plain, weight: 1 }]);
      }),
      { seed: 9 },
    );
  });

  it('reads any text that was escaped, with the weight that was written', () => {
    const weight = fc.integer({ min: 1, max: 300 }).map((n) => n / 100);
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), weight, (text, expected) => {
        const escaped = text.replace(/[()[\]\\]/g, '\\$&');
        expect(parsePromptWeights(`(${escaped}:${expected})`)).toEqual([
          { text, weight: expected },
        ]);
      }),
      { seed: 9 },
    );
  });

  it('refuses a prompt of absurd length', () =>
    expect(() => parsePromptWeights('('.repeat(20_001))).toThrow(RangeError));
});
