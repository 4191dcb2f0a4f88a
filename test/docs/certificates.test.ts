import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { CERTIFICATE_RULES } from '../../src/c2pa/doctor/rules/index.js';

const page = readFileSync(
  fileURLToPath(new URL('../../docs/certificates.md', import.meta.url)),
  'utf8',
);

describe('docs/certificates.md', () => {
  it('has one row per rule, with its words, and no other', () => {
    const rows = page.split('\n').filter((line) => /^\| `[a-z0-9-]+` /.test(line));
    const cells = rows.map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    expect(cells).toEqual(
      CERTIFICATE_RULES.map(({ id, level, title, spec, fix }) => [
        `\`${id}\``,
        level,
        title,
        spec,
        fix,
      ]),
    );
  });
});
