import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { metadataTables, replaceTables } from '../../bench/metadata/tables.js';
import { METADATA_READERS } from '../../src/detect/signals/metadata/readers/index.js';

const page = readFileSync(
  fileURLToPath(new URL('../../docs/metadata.md', import.meta.url)),
  'utf8',
);

describe('docs/metadata.md', () => {
  it('has the tables that the readers describe (npx tsx bench/metadata/main.ts)', () => {
    expect(page).toBe(replaceTables(page, metadataTables()));
  });

  it('tells for every reader where, what it proves and what forges it', () => {
    expect(new Set(METADATA_READERS.map(({ id }) => id)).size).toBe(METADATA_READERS.length);
    for (const { guide } of METADATA_READERS) {
      for (const text of Object.values<string>({ ...guide }))
        expect(text.length).toBeGreaterThan(3);
    }
  });
});
