/**
 * Text from a file is hostile: before it reaches a terminal, control characters (ESC starts an
 * escape sequence), bidirectional overrides (they reorder what a reader sees) and lone surrogates
 * are shown as escapes.
 */
const UNSAFE = /[\p{Cc}\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]|\p{Cs}/gu;

/** `text` on one line, safe to print, cut to `maxLength` characters (an ellipsis says so). */
export function printable(text: string, maxLength = 200): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
  return cut.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return code <= 0xff
      ? `\\x${code.toString(16).padStart(2, '0')}`
      : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/**
 * `text` without the characters of `padding` at its end. Walks back from there: a pattern such as `/\0+$/` tries every run of
 * padding in the text and takes quadratic time on one that something else follows.
 */
export function withoutPadding(text: string, padding = '\0'): string {
  let end = text.length;
  while (end > 0 && padding.includes(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}
