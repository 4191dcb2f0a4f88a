/** docs/credentials.md says what the command line can. */
import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { addManifestOptions } from '../../src/cli/manifest-options.js';
import { addMarkCommand } from '../../src/cli/commands/mark.js';
import { addVerifyCommand } from '../../src/cli/commands/verify.js';
import { addGenerateCommand } from '../../src/cli/commands/generate.js';
import { processIo } from '../../src/cli/io.js';
import { CREDENTIAL_FORMATS } from '../../src/c2pa/index.js';

const page = readFileSync(new URL('../../docs/credentials.md', import.meta.url), 'utf8');
const program = new Command();
for (const add of [addMarkCommand, addVerifyCommand, addGenerateCommand]) {
  add(program, processIo(), () => undefined);
}
const optionsOf = (name: string): string[] =>
  program.commands.find((command) => command.name() === name)!.options.map(({ long }) => long!);

describe('docs/credentials.md', () => {
  it('has a row for every option about the manifest', () => {
    const rows = page.match(/^\| `(--[a-z-]+)/gm)!.map((row) => row.slice(3));
    for (const { long } of addManifestOptions(new Command()).options) expect(rows).toContain(long);
    const known = [...optionsOf('mark'), ...optionsOf('generate')];
    for (const row of rows) expect(known).toContain(row);
  });

  it('shows only commands whose options exist', () => {
    const [block] = /```\n[^`]*```/.exec(page)!;
    const lines = block.split('\n').filter((line) => line.startsWith('imprint '));
    expect(lines.length).toBeGreaterThan(5);
    for (const line of lines) {
      const verb = line.split(' ')[1]!;
      for (const option of line.match(/(?<= )--[a-z-]+/g) ?? []) {
        expect({ line, known: optionsOf(verb).includes(option) }).toMatchObject({ known: true });
      }
    }
  });

  it('names every format', () => {
    const words: Record<string, string> = { 'svg+xml': 'SVG', jxl: 'JPEG XL', webp: 'WebP' };
    for (const mime of CREDENTIAL_FORMATS) {
      const subtype = mime.replace('image/', '');
      expect(page).toContain(words[subtype] ?? subtype.toUpperCase());
    }
  });
});
