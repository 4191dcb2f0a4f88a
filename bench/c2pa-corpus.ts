/** Writes docs/credentials-corpus.md: `npx tsx bench/c2pa-corpus.ts`. Needs ../shared/assets. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readCorpus } from './c2pa/corpus.js';
import { corpusPage } from './c2pa/corpus-page.js';
import { aboutThisRun } from './c2pa/machine.js';

const page = fileURLToPath(new URL('../docs/credentials-corpus.md', import.meta.url));
const rows = await readCorpus();
const engine = rows
  .map(({ readings }) => readings.none.report.engine)
  .sort((a, b) => b.length - a.length)[0];
writeFileSync(page, corpusPage(rows, aboutThisRun(engine ?? 'no engine')));
console.log(`${rows.length} files -> ${page}`);
