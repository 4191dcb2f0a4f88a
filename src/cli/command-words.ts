/** `--signer-command "program 'an argument'"` into words, as a shell would, without what a shell would do. */
import { UsageError } from './exit.js';

/** One word's pieces: quoted without escapes, quoted with, or plain. */
const PIECE = /'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|((?:[^\s'"\\]|\\[\s\S])+)/y;

/**
 * Quotes and backslashes group and escape; nothing is expanded, and `|`, `;`, `$` are plain text.
 *
 * @throws UsageError for a quote that is not closed, or no word at all.
 */
export function commandWords(text: string, option: string): string[] {
  const words: string[] = [];
  let word: string | null = null;
  for (let at = 0; at < text.length;) {
    if (/\s/.test(text[at]!)) {
      if (word !== null) words.push(word);
      word = null;
      at++;
      continue;
    }
    PIECE.lastIndex = at;
    const match = PIECE.exec(text);
    if (match === null) throw new UsageError(`${option} has a quote or backslash without its end`);
    const [whole, literal, quoted, plain = ''] = match;
    // Inside double quotes a backslash escapes only a quote or another backslash (POSIX XCU 2.2.3).
    const unescaped = quoted?.replace(/\\(["\\])/g, '$1') ?? plain.replace(/\\([\s\S])/g, '$1');
    word = (word ?? '') + (literal ?? unescaped);
    at += whole.length;
  }
  if (word !== null) words.push(word);
  if (words.length === 0) throw new UsageError(`${option} expected a program and its arguments`);
  return words;
}
