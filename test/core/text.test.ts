import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  assertInteger,
  assertNumber,
  assertString,
  ImprintError,
  isImprintError,
  printable,
  toJson,
  withoutPadding,
} from '../../src/core/index.js';

describe('printable', () => {
  it.each([
    ['\u001b[31mred', '\\x1b[31mred'],
    ['a\nb\tc', 'a\\x0ab\\x09c'],
    ['\u202egnp.exe', '\\u202egnp.exe'],
    ['\ud800', '\\ud800'],
    ['a\u061c1', 'a\\u061c1'],
    ['café 写真 🍎', 'café 写真 🍎'],
  ])('shows %j as %j', (text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('leaves no control or bidirectional character of any string', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('cuts long text and says so', () => {
    expect(printable('x'.repeat(500), 10)).toBe(`${'x'.repeat(10)}…`);
  });
});

describe('toJson', () => {
  it.each(['\u061c', '\u200f', '\u202e', '\u009b'])('escapes %j', (character) => {
    const json = toJson({ character });
    expect(json).not.toContain(character);
    expect(JSON.parse(json)).toEqual({ character });
  });
});

describe('argument checks', () => {
  it('name the argument, what was expected and what came', () => {
    expect(() => assertNumber(3, 'strength', 0, 1)).toThrow(
      new RangeError('"strength" expected number in 0..1, got 3'),
    );
    expect(() => assertNumber('3', 'strength', 0, 1)).toThrow(TypeError);
    expect(() => assertNumber(NaN, 'strength', 0, 1)).toThrow(RangeError);
    expect(() => assertInteger(1.5, 'steps', 1, 9)).toThrow(
      '"steps" expected integer in 1..9, got 1.5',
    );
    expect(() => assertString('x'.repeat(11), 'title', 10)).toThrow('got 11 characters');
  });
});

describe('ImprintError', () => {
  it('keeps code, cause and the name of its class', () => {
    class ToyError extends ImprintError<'TOY_BROKEN'> {}
    const cause = new Error('inner');
    const error = new ToyError({ code: 'TOY_BROKEN', message: 'outer', cause });
    expect(error).toMatchObject({ name: 'ToyError', code: 'TOY_BROKEN', message: 'outer', cause });
    expect(isImprintError(error)).toBe(true);
    expect(isImprintError(cause)).toBe(false);
  });
});

describe('padding', () => {
  it.each([
    ['text\0\0\0', 'text'],
    ['\0\0', ''],
    ['\0a\0', '\0a'],
    ['', ''],
    ['plain', 'plain'],
  ])('is taken off %j', (text, rest) => {
    expect(withoutPadding(text)).toBe(rest);
  });

  it('of hundreds of thousands that something follows costs no more than reading them', () => {
    const text = `${'\0'.repeat(400_000)}x`;
    expect(withoutPadding(text)).toBe(text);
  });
});
