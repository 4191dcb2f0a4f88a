import {
  copyFileSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { keepInputs } from '../../src/cli/targets.js';
import { writeWhole } from '../../src/cli/write-whole.js';
import { encodeImage } from '../../src/image/index.js';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';
import { texturedPicture } from '../support/picture.js';
import { throwsWithCode } from '../support/throws-with-code.js';

let cli: CliSession;
const at = (name: string): string => join(cli.dir, name);

/** Whatever is refused, none of these may change. */
const INPUTS = ['photo.png', 'parent.png', 'cert.pem', 'key.pem', 'pass.txt', 'wm.json'];

beforeAll(async () => {
  cli = cliSession();
  const photo = await encodeImage(texturedPicture(320, 256), { format: 'png' });
  for (const name of INPUTS) writeFileSync(at(name), name.endsWith('.png') ? photo : name);
  symlinkSync('photo.png', at('link.png'));
  linkSync(at('photo.png'), at('hard.png'));
  mkdirSync(at('real'));
  copyFileSync(at('photo.png'), at('real/photo.png'));
  symlinkSync('real', at('linked'));
  symlinkSync('key.pem', at('key.png'));
  const secret = Buffer.alloc(32, 1).toString('base64');
  writeFileSync(at('wm.json'), JSON.stringify({ id: 'mine', secret }));
  symlinkSync('wm.json', at('wm.png'));
  copyFileSync(at('photo.png'), at('beside.c2pa'));
  copyFileSync(at('photo.png'), at('second.gif'));
  symlinkSync('loop.png', at('loop.png'));
});

describe('what a call reads it does not write over', () => {
  it.each<[string, string]>([
    ['the image', 'mark photo.png -o photo.png'],
    ['through a link', 'mark photo.png -o link.png'],
    ['from a link', 'mark link.png -o photo.png'],
    ['through a hard link', 'mark photo.png -o hard.png'],
    ['through a linked folder', 'mark real/photo.png -o linked/photo.png'],
    ['the image, signed only', 'mark --sign-only photo.png -o link.png'],
    ['the image, by its manifest', 'mark beside.c2pa -o beside.png --sidecar'],
    ['the image, by its manifest, forced', 'mark beside.c2pa -o beside.png --sidecar --force'],
    ['the output, by its manifest', 'mark --sign-only photo.png -o out.c2pa --sidecar'],
    [
      'the parent',
      'mark photo.png -o parent.png --source compositeWithTrainedAlgorithmicMedia --parent parent.png',
    ],
    [
      'the other input',
      'mark photo.png -o parent.png --source algorithmicMedia --input parent.png',
    ],
    ['the key, forced', 'mark photo.png -o key.png --force --cert cert.pem --key key.pem'],
    ['the key, signed only', 'mark --sign-only photo.png -o key.pem --cert cert.pem --key key.pem'],
    ['the certificate', 'mark --sign-only photo.png -o cert.pem --cert cert.pem --key key.pem'],
    [
      'the passphrase',
      'mark --sign-only photo.png -o pass.txt --cert cert.pem --key key.pem --key-passphrase-file pass.txt',
    ],
    ['the watermark key', 'mark photo.png --format png -o wm.json --watermark-key wm.json'],
    ['the key, generated over', 'generate dog -o key.png --cert cert.pem --key key.pem'],
    ['a watermark key, shown over', 'verify photo.png --watermark-key wm.json --heatmap wm.png'],
    ['credentials, shown over', 'verify photo.png --manifest key.png --heatmap ./key.png'],
    ['a loop of links', 'mark photo.png -o loop.png'],
    ['two images in one call', 'mark second.gif photo.png'],
    ['signed only, under a name of another format', 'mark --sign-only photo.png -o new.JPG'],
  ])('64, and nothing is touched: %s', async (_name, line) => {
    const files = [...INPUTS, 'real/photo.png', 'beside.c2pa'];
    const before = files.map((name) => readFileSync(at(name), 'latin1'));
    const names = readdirSync(cli.dir).filter((name) => name !== '.data');
    const { code, stdout, stderr } = await cli.run(line.split(' '));
    expect({ code, stdout }, stderr).toEqual({ code: 64, stdout: '' });
    expect(stderr).toMatch(
      /would write over|is the input itself|leads nowhere|too many arguments|keeps the format/,
    );
    expect(files.map((name) => readFileSync(at(name), 'latin1'))).toEqual(before);
    expect(readdirSync(cli.dir).filter((name) => name !== '.data')).toEqual(names);
  });

  it('says which file and how it is read', async () => {
    const { stderr } = await cli.run('generate dog -o key.png --cert c --key key.pem'.split(' '));
    expect(stderr).toContain('--output would write over key.pem, which is read as --key');
  });

  it('--force writes over the image, through a link too, and the link stays', async () => {
    copyFileSync(at('photo.png'), at('mine.png'));
    symlinkSync('mine.png', at('to-mine.png'));
    expect((await cli.run('mark mine.png -o to-mine.png --force'.split(' '))).code).toBe(0);
    expect(lstatSync(at('to-mine.png')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('mine.png')).equals(readFileSync(at('photo.png')))).toBe(false);
  });

  it('tells two outputs that are one file', async () => {
    symlinkSync('two.png', at('one.png'));
    const outputs = ['one.png', 'two.png'].map((name) => ({ path: at(name), name: '--output' }));
    await throwsWithCode(() => keepInputs(outputs, []), 'CLI_USAGE');
    await keepInputs(outputs.slice(0, 1), [{ path: at('photo.png'), name: 'the image' }]);
  });
});

describe('writing', () => {
  it('follows a link whose file is not there yet, in folders that are made', async () => {
    symlinkSync('real/new/made.txt', at('dangling'));
    await writeWhole(at('dangling'), 'text');
    expect(lstatSync(at('dangling')).isSymbolicLink()).toBe(true);
    expect(readFileSync(at('real/new/made.txt'), 'utf8')).toBe('text');
  });

  it('leaves a file as private as it was', async () => {
    writeFileSync(at('private.txt'), 'old', { mode: 0o600 });
    await writeWhole(at('private.txt'), 'new');
    expect(statSync(at('private.txt')).mode & 0o777).toBe(0o600);
    expect(readFileSync(at('private.txt'), 'utf8')).toBe('new');
  });

  it('removes what a killed process left for this target, and nothing else', async () => {
    const folder = at('killed');
    mkdirSync(folder);
    // The first bytes are written, then the process dies as with kill -9.
    const script = `
      import { writeWhole } from ${JSON.stringify(new URL('../../src/cli/write-whole.ts', import.meta.url).href)};
      import fs from 'node:fs/promises';
      const probe = await fs.open(process.execPath);
      Object.getPrototypeOf(probe).sync = () => process.kill(process.pid, 'SIGKILL');
      await writeWhole(${JSON.stringify(join(folder, 'a.txt'))}, 'half');
    `;
    const child = spawnSync(process.execPath, [
      '--import',
      'tsx',
      '--input-type=module',
      '-e',
      script,
    ]);
    expect(child.signal).toBe('SIGKILL');
    const left = readdirSync(folder);
    expect(left).toEqual([expect.stringMatching(/^\.imprint-.*\.partial$/)]);
    // A process that still runs, such as this one, is at work.
    const busy = left[0]!.replace(/-\d+-(?=[0-9a-f]{8}\.)/, `-${process.pid}-`);
    writeFileSync(join(folder, busy), 'at work');

    await writeWhole(join(folder, 'b.txt'), 'another target');
    expect(existsSync(join(folder, left[0]!))).toBe(true);
    await writeWhole(join(folder, 'a.txt'), 'whole');
    expect(readdirSync(folder).sort()).toEqual([busy, 'a.txt', 'b.txt']);
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('whole');
  });
});
