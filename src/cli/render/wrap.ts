/** Lines of at most 80 columns. */

export const COLUMNS = 80;

/**
 * `text` broken at spaces, the first line after `first`, the others indented as far as `first` reaches. A word that is
 * longer than a line (a hash, a path) stays whole: broken, it could not be copied.
 */
export function wrap(text: string, first = '', columns = COLUMNS): string[] {
  const indent = ' '.repeat(width(first));
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && width(line) + 1 + width(word) > columns) {
      lines.push(line);
      line = indent;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}

/** Columns on a terminal: East Asian wide and emoji take two. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : 1;
  return columns;
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
