/**
 * Writes trust/*.json from the files as they were published:
 *
 *   npx tsx test/c2pa/make-trust-snapshot.ts FOLDER_OFFICIAL FOLDER_INTERIM FETCHED
 *
 * FETCHED is the RFC 3339 time at which the folders were filled.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PUBLISHED, PUBLISHED_LISTS } from '../../src/c2pa/trust/published.js';
import { savePublishedList } from '../../src/c2pa/trust/store.js';
import { buildList } from '../../src/c2pa/trust/update.js';

const trustDir = fileURLToPath(new URL('../../trust/', import.meta.url));
const [official, interim, fetched] = process.argv.slice(2);
if (official === undefined || interim === undefined || fetched === undefined) {
  throw new Error('expected FOLDER_OFFICIAL FOLDER_INTERIM FETCHED');
}
for (const name of PUBLISHED_LISTS) {
  const { base, files } = PUBLISHED[name];
  const folder = { official, interim }[name];
  const read = files.map((file) => ({
    ...file,
    url: base + file.name,
    bytes: new Uint8Array(readFileSync(join(folder, file.name))),
  }));
  const list = buildList(name, read, new Date(fetched).toISOString());
  console.log(await savePublishedList(list, trustDir), list.certificates, list.date);
}
