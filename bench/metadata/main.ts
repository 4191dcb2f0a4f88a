/**
 * Writes the tables of docs/metadata.md from the readers' own descriptions: `npx tsx bench/metadata/main.ts`.
 * test/docs/metadata.test.ts holds the page to them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { metadataTables, replaceTables } from './tables.js';

const page = fileURLToPath(new URL('../../docs/metadata.md', import.meta.url));
writeFileSync(page, replaceTables(readFileSync(page, 'utf8'), metadataTables()));
