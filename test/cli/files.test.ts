import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { expandInputs } from '../../src/cli/files.js';

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imprint-files-'));
  for (const inside of ['deep/deeper', '.hidden', 'named.png', 'elsewhere']) {
    mkdirSync(at(`tree/${inside}`), { recursive: true });
  }
  for (const name of [
    'b.JPG',
    'a.png',
    'notes.txt',
    '.hidden.png',
    '.hidden/c.png',
    'deep/deeper/d.webp',
    'elsewhere/e.gif',
    'named.png/f.tif',
  ]) {
    writeFileSync(at(`tree/${name}`), name);
  }
  symlinkSync('a.png', at('tree/link.png'));
  symlinkSync('nothing.png', at('tree/dangling.png'));
  symlinkSync('loop.png', at('tree/loop.png'));
  symlinkSync('..', at('tree/deep/up'));
  symlinkSync('elsewhere', at('tree/folder.png'));
  execFileSync('mkfifo', [at('tree/pipe.jpg')]);
  mkdirSync(at('empty'));
  writeFileSync(at('empty/notes.txt'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('a folder', () => {
  it('gives what bears the name of an image: links too, and what cannot be opened', async () => {
    const found = await expandInputs([at('tree')]);
    expect(found.map((path) => path.slice(at('tree/').length))).toEqual([
      'a.png',
      'b.JPG',
      'dangling.png',
      'deep/deeper/d.webp',
      'elsewhere/e.gif',
      'link.png',
      'loop.png',
      'named.png/f.tif',
      'pipe.jpg',
    ]);
  });

  it('without an image is a mistake', async () => {
    await expect(expandInputs([at('empty')])).rejects.toThrow('no image in');
  });
});
