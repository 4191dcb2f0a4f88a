/** The corpus as a page: one row a file. */
import type { CorpusRow, EngineWord } from './corpus.js';
import { LIST_NAMES } from './corpus.js';

/** T, V, I as c2pa-rs puts it; what it refuses by the name of its error. */
function engineCell(words: readonly EngineWord[]): string {
  const cells = words.map(({ state, refusal }) =>
    state === null
      ? (/[A-Za-z]+(?=\(|\)|$)/.exec((refusal ?? '').replace(/^C2pa\(/, ''))?.[0] ?? 'refused')
      : state[0]!,
  );
  return new Set(cells).size === 1 ? cells[0]! : cells.join(' ');
}

const same = (cells: readonly string[]): string =>
  new Set(cells).size === 1 ? cells[0]! : cells.join(' / ');

const unique = (codes: readonly string[]): string[] => [...new Set(codes)].sort();

export function corpusRow({ file, readings }: CorpusRow): string {
  const all = LIST_NAMES.map((name) => readings[name]);
  const reports = all.map(({ report }) => report);
  const codes = unique(reports[0]!.codes.failure);
  return `| ${[
    file,
    engineCell(all.map(({ engine }) => engine)),
    same(reports.map(({ presence }) => presence)),
    same(reports.map(({ integrity }) => integrity)),
    same(reports.map(({ signer }) => signer?.status ?? '–')),
    codes.length === 0 ? '–' : codes.map((code) => `\`${code}\``).join(' '),
  ].join(' | ')} |`;
}

export const CORPUS_HEAD = [
  '| file | c2pa-rs | presence | integrity | signer | failure codes without a list |',
  '| --- | --- | --- | --- | --- | --- |',
];

/** @param about machine and commit, one line. */
export function corpusPage(rows: readonly CorpusRow[], about: string): string {
  return `# Credentials of other people's files

Images of the c2pa-rs test suite and of contentauth/example-assets, each read under four sets of lists: **none / official / interim / the
test roots of c2pa-rs**, as on 2026-11-25. The column "c2pa-rs" is the engine's own word: **T**rusted, **V**alid, **I**nvalid, or the error with
which it refuses the file. The columns after it are ours. Where all four agree, one is shown.

Integrity and trust are told apart: an expired certificate makes the engine say Invalid though nothing was changed, and
an unlisted signer leaves it at Valid. Ours is never more lenient: what the engine calls Invalid is \`altered\`, or its signer
not trusted, or held against a person's identity (CAWG) alone; \`trusted\` is what the engine calls trusted. A test holds
this page, and the codes behind it, to what the engine says.

Made by \`npx tsx bench/c2pa-corpus.ts\`. ${about}

${[...CORPUS_HEAD, ...rows.map(corpusRow)].join('\n')}
`;
}
