/** The generated tables of docs/metadata.md, by the name of their mark in the page. */
import { GENERATORS } from '../../src/detect/signals/metadata/generators.js';
import { METADATA_READERS } from '../../src/detect/signals/metadata/readers/index.js';
import { SOURCE_TYPES } from '../../src/detect/source-type.js';

export function metadataTables(): Record<string, string> {
  return {
    readers: table(
      ['tool', 'where it stands, with exact keys', 'what it proves', 'what else can put it there'],
      METADATA_READERS.map(({ guide }) => [guide.tool, guide.carriers, guide.proves, guide.spoofs]),
    ),
    generators: table(
      ['named as', 'software names that begin with', 'else organisations that begin with'],
      GENERATORS.map(({ vendor, software, issuers }) => [vendor, codes(software), codes(issuers)]),
    ),
    'source-types': table(
      ['term', 'shown as', 'taken as'],
      SOURCE_TYPES.map(({ code, label, claim }) => [`\`${code}\``, label, claim ?? 'no claim']),
    ),
  };
}

/** `page` with the text between `<!-- name -->` and `<!-- /name -->` replaced. */
export function replaceTables(page: string, tables: Readonly<Record<string, string>>): string {
  return Object.entries(tables).reduce((text, [name, rows]) => {
    const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const [start, end] = [text.indexOf(open), text.indexOf(close)];
    if (start < 0 || end < start) throw new Error(`docs/metadata.md has no place for ${name}`);
    return `${text.slice(0, start + open.length)}\n\n${rows}\n\n${text.slice(end)}`;
  }, page);
}

const codes = (names: readonly string[]): string =>
  names.length === 0 ? '-' : names.map((name) => `\`${name}\``).join(', ');

/** Cells padded as prettier pads them; its width of Chinese letters is two columns. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = head.map((_, i) => Math.max(3, ...all.map((row) => columns(row[i]!))));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, i) => cell + ' '.repeat(widths[i]! - columns(cell))).join(' | ')} |`;
  const [first, ...others] = all;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(first!), rule, ...others.map(line)].join('\n');
}

function columns(text: string): number {
  return [...text].reduce((sum, letter) => sum + (/[\u3000-\u9fff]/.test(letter) ? 2 : 1), 0);
}
