/** Text that a user puts into a manifest. Whoever reads it later may print it, so it must be plain. */
import { assertString } from '../../core/index.js';

export const MAX_TEXT = 1000;

/** Control characters, line separators, bidirectional overrides and lone surrogates. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]|\p{Cs}/u;

/**
 * @throws TypeError when `value` is no string; RangeError when it is empty, longer than 1000 characters,
 *   or holds a control character.
 */
export function assertPlainText(value: unknown, name: string): asserts value is string {
  assertString(value, name, MAX_TEXT);
  const text = value as string;
  if (text.trim() === '') throw new RangeError(`"${name}" expected text, got nothing`);
  const at = text.search(UNSAFE);
  if (at >= 0) {
    const code = text.codePointAt(at)!.toString(16).padStart(4, '0').toUpperCase();
    throw new RangeError(`"${name}" expected text without control characters, got U+${code}`);
  }
}

/**
 * @throws TypeError when `value` is no string; RangeError when it is no http or https address, names
 *   a user, or is longer than 1000 characters.
 */
export function assertWebAddress(value: unknown, name: string, httpsOnly = false): void {
  assertPlainText(value, name);
  const kind = httpsOnly ? 'an https address' : 'an http or https address';
  const url = URL.canParse(value) ? new URL(value) : null;
  const right =
    url !== null &&
    (url.protocol === 'https:' || (!httpsOnly && url.protocol === 'http:')) &&
    url.username === '' &&
    url.password === '' &&
    !/[\s"<>\\]/.test(value);
  if (!right)
    throw new RangeError(`"${name}" expected ${kind}, got ${JSON.stringify(value.slice(0, 60))}`);
}
