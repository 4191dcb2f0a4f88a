/**
 * Functions that V8 optimises again and again while one picture after another is inspected. `npx tsx bench/speed/compiled-anew.ts [FILE...]`
 * behind `npm run build`; prints how often each was compiled, those of more than one in four inspections. Closures made in a call lose their
 * compiled code with the next collection (docs/decisions/0011-hot-loops-are-functions.md).
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { encodeImage } from '../../src/image/index.js';
import { texturedPicture } from '../../test/support/picture.js';

const ROUNDS = 24;

const INSPECT = `
import { readFileSync } from 'node:fs';
const { createInspector, createModelStore } = await import(process.argv[1]);
const files = process.argv.slice(2).map((file) => readFileSync(file));
const bytes = files.length > 0 ? files : [Buffer.from(readFileSync(0))];
const inspector = createInspector({ models: createModelStore({ threads: 1 }) });
for (let i = 0; i < ${ROUNDS}; i++) await inspector.inspect(bytes[i % bytes.length]);
`;

/** `code-creation,<type>,<kind>,<time>,<address>,<size>,<name and place>,<function>,<state>`; a star: optimised. */
const OPTIMISED = /^code-creation,.*?file:\/\/([^,]*\.js):(\d+):\d+,.*,\*$/;

const files = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), 'compiled-anew-'));
const log = join(folder, 'v8.log');
try {
  execFileSync(
    process.execPath,
    [
      '--log-code',
      '--no-logfile-per-isolate',
      `--logfile=${log}`,
      '--input-type=module',
      '-e',
      INSPECT,
      pathToFileURL('dist/index.js').href,
      ...files,
    ],
    { input: await encodeImage(texturedPicture(1155, 866), { format: 'jpeg', quality: 90 }) },
  );
  const counts = new Map<string, number>();
  for (const line of readFileSync(log, 'utf8').split('\n')) {
    const [, file, row] = OPTIMISED.exec(line) ?? [];
    if (file !== undefined) counts.set(`${file}:${row}`, (counts.get(`${file}:${row}`) ?? 0) + 1);
  }
  const often = [...counts].filter(([, count]) => count > ROUNDS / 4);
  for (const [place, count] of often.sort((a, b) => b[1] - a[1])) {
    const [file, row] = place.split(/:(?=\d+$)/) as [string, string];
    const lines = readFileSync(file, 'utf8').split('\n');
    const source = lines.slice(0, Number(row)).findLast((line) => line.startsWith('// src/'));
    console.log(count, source?.slice(3) ?? file, '|', lines[Number(row) - 1]!.trim().slice(0, 100));
  }
} finally {
  rmSync(folder, { recursive: true });
}
