import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { walk } from '../../src/check/index.js';

const root = mkdtempSync(join(tmpdir(), 'imprint-many-'));
afterAll(() => rmSync(root, { recursive: true }));

it('the walk finds 100,000 files', async () => {
  for (let folder = 0; folder < 100; folder++) mkdirSync(join(root, String(folder)));
  for (let index = 0; index < 100_000; index++) {
    writeFileSync(join(root, String(index % 100), `${index}.png`), '');
  }
  const { files } = await walk(['.'], { root, cwd: root, excluded: () => false });
  expect(files).toHaveLength(100_000);
});
