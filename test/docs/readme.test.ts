import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { encodeImage } from '../../src/image/index.js';
import { texturedPicture } from '../support/picture.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts'),
);

describe('README', () => {
  it('shows the example that is run here', async () => {
    expect(read('README.md')).toContain(read('examples/mark-and-verify.mjs'));
    const cwd = mkdtempSync(join(tmpdir(), 'imprint-example-'));
    const photo = join(cwd, 'photo.png');
    writeFileSync(photo, await encodeImage(texturedPicture(600, 512), { format: 'png' }));
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [join(root, 'examples/mark-and-verify.mjs'), photo],
      { cwd },
    );
    expect(stdout).toBe('trusted\nverified\n');
  });

  it('names only files that exist', () => {
    for (const page of ['README.md', 'CONTRIBUTING.md', 'AGENTS.md', 'SECURITY.md']) {
      const named =
        read(page).match(/\b(?:docs|models|examples|tools|src|test)\/[\w./-]*\w/g) ?? [];
      for (const name of named)
        expect({ page, name, exists: existsSync(join(root, name)) }).toMatchObject({
          exists: true,
        });
    }
  });
});

describe('docs', () => {
  it('have a page for every finding, and no other', () => {
    const inCode = new Set(
      sources
        .flatMap((name) => read(`src/${name}`).match(/'IM\d{3}'/g) ?? [])
        .map((id) => id.slice(1, -1)),
    );
    const pages = readdirSync(join(root, 'docs/findings')).map((name) => name.replace('.md', ''));
    expect(pages.sort()).toEqual([...inCode].sort());
  });

  it('exist where the code points at them', () => {
    for (const name of sources) {
      for (const page of read(`src/${name}`).match(/docs\/[\w-]+\.md/g) ?? []) {
        expect({ name, page, exists: existsSync(join(root, page)) }).toMatchObject({
          exists: true,
        });
      }
    }
  });
});
