import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.js';
import { encodeImage } from '../../src/image/index.js';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';
import { fixturePath } from '../support/fixtures.js';
import { texturedPicture } from '../support/picture.js';

let cli: CliSession;
const at = (name: string): string => join(cli.dir, name);

beforeAll(async () => {
  cli = cliSession();
  writeFileSync(at('photo.png'), await encodeImage(texturedPicture(640, 512), { format: 'png' }));
  // Too small to be searched for a turned mark, which takes a second: for what does not depend on the pixels.
  writeFileSync(at('plain.png'), await encodeImage(texturedPicture(96, 80), { format: 'png' }));
  const { code, stderr } = await cli.run(['mark', 'photo.png', '-o', 'marked.png']);
  expect(stderr).toContain('Made a development certificate authority');
  expect(code).toBe(0);
});

async function report(args: string[]): Promise<Report> {
  const { stdout } = await cli.run(['verify', '--json', ...args]);
  return JSON.parse(stdout) as Report;
}

describe('mark, then verify', () => {
  it('finds credentials and watermark, and that they belong together', async () => {
    const { credentials, watermarks, verdict, findings } = await report(['marked.png']);
    expect(credentials).toMatchObject({ presence: 'embedded', integrity: 'intact' });
    expect(credentials.signer).toMatchObject({ status: 'untrusted', list: null });
    expect(watermarks[0]).toMatchObject({ status: 'verified', origin: 'unstated' });
    expect(watermarks[0]!.pValue).toBeLessThanOrEqual(1e-9);
    // Marked is not generated: nothing was claimed about the origin.
    expect(verdict.state).toBe('no-ai-evidence');
    expect(findings.map(({ ruleId }) => ruleId)).toEqual(['IM301', 'IM305']);
  });

  it('trusts the own development CA only when told so', async () => {
    const { credentials } = await report(['marked.png', '--trust', 'dev']);
    expect(credentials.signer).toMatchObject({ status: 'trusted', list: 'dev' });
    expect(credentials.signer!.timestamp).toMatch(/^\d{4}-\d{2}-\d{2}T/);
  });

  it('keeps keys to their owner', () => {
    const dir = join(cli.home, 'certificates');
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    for (const key of ['ca.key', 'signer.key', 'tsa.key']) {
      expect(statSync(join(dir, key)).mode & 0o777).toBe(0o600);
    }
  });

  it('refuses to mark twice and says how to insist', async () => {
    const { code, stderr } = await cli.run(['mark', 'marked.png', '-o', 'twice.png']);
    expect(code).toBe(1);
    expect(stderr).toContain('[MARK_ALREADY_MARKED]');
  });

  it('keeps the credentials of the input inside when forced', async () => {
    expect((await cli.run(['mark', '--force', 'marked.png', '-o', 'twice.png'])).code).toBe(0);
    const { credentials } = await report(['twice.png']);
    expect(credentials.integrity).toBe('intact');
    expect(credentials.claim!.ingredients[0]).toMatchObject({
      title: 'marked.png',
      relationship: 'parentOf',
      manifest: expect.stringMatching(/.+/) as string,
    });
  });

  it('never writes over its input unasked', async () => {
    const { code, stderr } = await cli.run(['mark', 'photo.png', '-o', './photo.png']);
    expect(code).toBe(64);
    expect(stderr).toContain('--force');
  });

  it('says origin when the user vouches for it, and the stripped copy still says it', async () => {
    await cli.run(['mark', 'photo.png', '-o', 'ai.png', '--source', 'trainedAlgorithmicMedia']);
    const { watermarks, verdict } = await report(['ai.png', '--trust', 'dev']);
    expect(watermarks[0]).toMatchObject({ status: 'verified', origin: 'generated' });
    expect(verdict).toMatchObject({ state: 'ai-generated', strength: 'cryptographic' });
  });
});

describe('exit codes', () => {
  it.each<[string, string[], number]>([
    ['a marked file', ['marked.png'], 0],
    ['an unmarked file', ['photo.png'], 0],
    ['credentials required, present', ['marked.png', '--require', 'credentials,watermark'], 0],
    ['credentials required, absent', ['plain.png', '--require', 'credentials'], 3],
    ['watermark required, absent', ['plain.png', '--require', 'watermark'], 3],
    ['trust required, development signer', ['marked.png', '--require', 'trusted'], 4],
    ['trust required and given', ['marked.png', '--require', 'trusted', '--trust', 'dev'], 0],
    [
      'timestamp required, of an authority that nobody lists',
      ['marked.png', '--require', 'timestamp'],
      4,
    ],
    ['timestamp required, listed', ['marked.png', '--require', 'timestamp', '--trust', 'dev'], 0],
    ['timestamp required, absent', ['plain.png', '--require', 'timestamp'], 3],
    ['a day that does not exist', ['plain.png', '--at', '2026-02-31'], 64],
    ['a pattern beside a file that matches nothing', ['plain.png', '*.nothing'], 64],
    ['AI label required, absent', ['marked.png', '--require', 'ai-label'], 3],
    ['no such file', ['nowhere.png'], 1],
    ['unknown requirement', ['plain.png', '--require', 'nonsense'], 64],
    ['unknown option', ['plain.png', '--nonsense'], 64],
    ['a trust list that is none', ['plain.png', '--trust', 'plain.png'], 64],
    ['a time that is none', ['plain.png', '--at', 'yesterday'], 64],
    ['a pattern that matches nothing', ['*.nothing'], 64],
    ['several files: the worst decides', ['plain.png', 'nowhere.png'], 1],
  ])('%s', async (_name, args, expected) => {
    const { code, stderr } = await cli.run(['verify', ...args]);
    expect({ code, stderr }).toMatchObject({ code: expected });
    expect(stderr).not.toContain('    at ');
  });

  it('2 when a protected byte was changed', async () => {
    const bytes = readFileSync(at('marked.png'));
    bytes[bytes.length - 40]! ^= 1; // inside the last IDAT
    writeFileSync(at('tampered.png'), bytes);
    const { code, stdout, stderr } = await cli.run(['verify', 'tampered.png']);
    // Whether or not the damaged stream still decodes, the credentials show what happened.
    expect(code).toBe(2);
    expect(stdout).toContain('altered');
    expect(stderr).toBe('');
  });

  it('2 when a signed file was opened and saved under the same manifest', async () => {
    const { swapPixels } = await import('./swap-pixels.js');
    writeFileSync(at('moved.png'), await swapPixels(readFileSync(at('marked.png'))));
    const { code, stdout } = await cli.run(['verify', 'moved.png']);
    expect(code).toBe(2);
    expect(stdout).toContain('altered');
  });
});

describe('bad input never shows a stack trace', () => {
  it.each([
    ['empty.png', 5],
    ['garbage.jpg', 5],
    ['truncated.jpg', 5],
    ['truncated.png', 5],
    ['bomb-30000x30000.png', 5],
    ['png-named.jpg', 0],
    ['trailer.jpg', 0],
    ['ztxt-bomb.png', 0],
  ])('%s', async (name, expected) => {
    const { code, stdout, stderr } = await cli.run(['verify', fixturePath(`broken/${name}`)]);
    expect({ code, stdout, stderr }).toMatchObject({ code: expected });
    expect(stderr).not.toMatch(/^\s+at /m);
    if (expected === 5) expect(stderr).toMatch(/\[IMAGE_[A-Z_]+\]/);
  });

  it('a 1x1 image is too small to hold a mark and says so', async () => {
    const file = fixturePath('images/one-pixel.png');
    expect((await cli.run(['verify', file])).code).toBe(0);
    const { code, stderr } = await cli.run(['mark', file, '-o', 'one.png']);
    expect(code).toBe(1);
    expect(stderr).toContain('[MARK_NOT_EMBEDDED]');
  });

  it('a folder holds files, and one without images is a usage error', async () => {
    mkdirSync(at('folder/deeper'), { recursive: true });
    mkdirSync(at('empty-folder'));
    copyFileSync(at('plain.png'), at('folder/deeper/a.PNG'));
    const { code, stdout } = await cli.run(['verify', 'folder', '--json']);
    expect(code).toBe(0);
    const [only] = JSON.parse(stdout) as Report[];
    expect(only!.file.path).toBe(join('folder', 'deeper', 'a.PNG'));
    expect((await cli.run(['verify', 'empty-folder'])).code).toBe(64);
    expect((await cli.run(['mark', 'folder', '-o', 'x.png'])).stderr).toContain('is a folder');
  });

  it.skipIf(process.platform !== 'linux')('says which names are not UTF-8', async () => {
    const named = (name: string): Buffer => Buffer.from(join(cli.dir, 'names', name), 'latin1');
    mkdirSync(named('d\xff'), { recursive: true });
    for (const name of ['bad\xff.png', 'd\xff/a.png'])
      writeFileSync(named(name), readFileSync(at('photo.png')));
    const { code, stderr } = await cli.run(['verify', 'names']);
    expect(code).toBe(1);
    const problem = 'its name is not UTF-8, or holds U+FFFD: rename it [IMAGE_UNREADABLE]';
    expect(stderr.split('\n').filter((line) => line.endsWith(problem))).toHaveLength(2);
  });

  it('escapes terminal codes of file names', async () => {
    const name = '\u001b[31mred.png';
    copyFileSync(at('plain.png'), at(name));
    const { stdout } = await cli.run(['verify', name]);
    expect(stdout).toContain('\\x1b[31mred.png');
    expect(stdout).not.toContain('\u001b');
  });
});

describe('doors', () => {
  it('verify is a shorthand', async () => {
    const { code, stdout } = await cli.run(['marked.png'], { bin: 'verify' });
    expect(code).toBe(0);
    expect(stdout).toContain('Credentials embedded, intact');
  });

  it('reads standard input', async () => {
    const { code, stdout } = await cli.run(['verify', '-', '--json'], {
      stdin: readFileSync(at('marked.png')),
    });
    expect(code).toBe(0);
    expect((JSON.parse(stdout) as Report).file.path).toBeNull();
  });

  it('names no path for standard input in an error either', async () => {
    const { stdout } = await cli.run(['verify', '-', '--json'], { stdin: Buffer.from('text') });
    expect(JSON.parse(stdout)).toMatchObject({
      file: { path: null },
      error: { code: 'IMAGE_UNSUPPORTED' },
    });
  });

  it('prints an error as JSON too', async () => {
    const { stdout } = await cli.run(['verify', '--json', 'nowhere.png']);
    expect(JSON.parse(stdout)).toMatchObject({
      file: { path: 'nowhere.png' },
      error: { code: 'IMAGE_NOT_FOUND' },
    });
  });

  it('shows help on stdout and usage errors on stderr', async () => {
    const help = await cli.run(['--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const verb of ['generate', 'mark', 'verify', 'certs', 'models']) {
      expect(help.stdout).toContain(verb);
    }
    expect(await cli.run(['frobnicate'])).toMatchObject({ code: 64, stdout: '' });
  });

  it('prints the report that docs show', async () => {
    const { stdout } = await cli.run(['verify', 'photo.png']);
    await expect(stdout).toMatchFileSnapshot('snapshots/verify-unmarked.txt');
  });
});
