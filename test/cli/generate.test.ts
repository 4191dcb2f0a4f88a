import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeImage } from '../../src/image/index.js';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';

let cli: CliSession;
const at = (name: string): string => join(cli.dir, name);
const pixels = async (name: string) => (await decodeImage(readFileSync(at(name)))).pixels.data;

beforeAll(() => {
  cli = cliSession();
});

describe('generate', () => {
  it('writes a 512x512 PNG, and the same command writes the same pixels again', async () => {
    const args = ['generate', 'a red apple on a blue background', '--seed', '7', '-o'];
    const { code, stdout } = await cli.run([...args, 'apple.png']);
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^apple\.png {2}seed 7, watermark a1[0-9a-f]{14} at \d\d\.\d dB, signed\n$/,
    );
    await cli.run([...args, 'again.png']);
    expect(await pixels('again.png')).toEqual(await pixels('apple.png'));
  });

  it('numbers several images, takes every option, and prints what it wrote as JSON', async () => {
    const { code, stdout } = await cli.run(
      'generate|a dog|-o|out/dog.webp|--count|2|--seed|3|--steps|4|--guidance|2.5|--negative|cat|--size|256|--json'.split(
        '|',
      ),
    );
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({
        path: 'out/dog-1.webp',
        seed: 3,
        margin: expect.any(Number) as number,
        ssim: expect.any(Number) as number,
      }),
      expect.objectContaining({ path: 'out/dog-2.webp', seed: 4 }),
    ]);
    const { width, height, format } = await decodeImage(readFileSync(at('out/dog-2.webp')));
    expect({ width, height, format }).toEqual({ width: 256, height: 256, format: 'webp' });
  });

  it('draws with the distilled model in one step', async () => {
    const args = 'generate|a dog|--turbo|--steps|1|--seed|1|--unsafe-unmarked|-o|fast.png|--json';
    const { code, stdout } = await cli.run(args.split('|'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([expect.objectContaining({ path: 'fast.png', seed: 1 })]);
  });

  it('writes nothing but the image', () => {
    expect(readdirSync(at('out')).sort()).toEqual(['dog-1.webp', 'dog-2.webp']);
  });

  it('can be told to leave the image unmarked, and says so', async () => {
    const { code, stdout, stderr } = await cli.run([
      'generate',
      'a cat',
      '--unsafe-unmarked',
      '-o',
      'raw.png',
      '--steps',
      '2',
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain('unmarked');
    expect(stderr).toContain('without watermark and credentials');
    const { stdout: report } = await cli.run(['verify', 'raw.png']);
    expect(report).toContain('Credentials none');
  });

  it('draws along a photo in the style of another, and says what it took it for', async () => {
    const args =
      'generate|a dog|--control|scribble:apple.png|--style|raw.png|--steps|2|-o|along.png|--json';
    const { code, stdout } = await cli.run(args.split('|'));
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual([
      expect.objectContaining({ control: { kind: 'scribble', readAs: 'photo' } }),
    ]);
    const onto = ['generate', 'a dog', '--control', 'edge:apple.png', '-o', 'apple.png'];
    expect((await cli.run(onto)).code).toBe(64);
  });

  it.each<[string, RegExp]>([
    [
      'normal:apple.png',
      /No model here reads "normal"\. Expected edge:FILE, scribble:FILE, depth:FILE/,
    ],
    ['pose:apple.png', /no pose estimator is bundled: give the skeleton/],
    ['pose:nobody.json', /the keypoints hold nobody/],
    ['apple.png', /say what the control picture shows/],
  ])('tells which control pictures there are: %s', async (control, message) => {
    writeFileSync(at('nobody.json'), '{"people": []}');
    const { code, stderr } = await cli.run(['generate', 'a dog', '--control', control]);
    expect(code).toBe(64);
    expect(stderr).toMatch(message);
  });

  it.each([
    ['--init', 'apple.png'],
    ['--style', 'apple.png'],
    ['--to', 'cat', '--interpolate', '3'],
    ['--model', 'nowhere'],
  ])('marks no noise with %s', async (...args) => {
    const { code, stderr } = await cli.run(['generate', 'dog', '--latent-mark', ...args]);
    expect(code).toBe(64);
    expect(stderr).toMatch(/--latent-mark and "\w+" exclude each other|mark in its noise/);
  });

  it('tells that a control picture is missing', async () => {
    const { code, stderr } = await cli.run(['generate', 'a dog', '--control', 'seg:none.png']);
    expect(code).toBe(1);
    expect(stderr).toContain('none.png');
  });

  it.each<[string, string[]]>([
    ['an empty prompt', ['']],
    ['a prompt of blanks', ['   ']],
    ['emoji alone', ['🍎']],
    ['a prompt that is too long', ['a red apple '.repeat(800)]],
    ['no prompt', []],
    ['a size that is no multiple of 8', ['a dog', '--size', '100']],
    ['a shape that is not square', ['a dog', '--size', '512x256']],
    ['no steps', ['a dog', '--steps', '0']],
    ['a negative seed', ['a dog', '--seed', '-1']],
    ['a seed in words', ['a dog', '--seed', '1e3']],
    ['a count of none', ['a dog', '--count', '0']],
    ['an unknown format', ['a dog', '--format', 'bmp']],
    ['an unknown extension', ['a dog', '-o', 'dog.bmp']],
    ['standard output', ['a dog', '-o', '-']],
    ['strength without a mark', ['a dog', '--unsafe-unmarked', '--min-psnr', '50']],
    ['a strength without a picture', ['a dog', '--strength', '0.5']],
    ['a walk to nowhere', ['a dog', '--interpolate', '3']],
    ['a walk with a count', ['a dog', '--interpolate', '3', '--to', 'a cat', '--count', '2']],
    ['an end without a walk', ['a dog', '--to', 'a cat']],
    ['margins in words', ['a dog', '--outpaint', 'left=some']],
    ['two control pictures', ['a dog', '--control', 'edge:a.png', '--control', 'depth:b.png']],
    ['how to read no control picture', ['a dog', '--control-source', 'map']],
    ['the strength of no style', ['a dog', '--style-strength', '0.5']],
    ['a control picture without a file', ['a dog', '--control', 'edge:']],
    ['turbo with guidance', ['a dog', '--turbo', '--guidance', '5']],
    ['turbo of a folder', ['a dog', '--turbo', '--model', 'folder']],
    ['more steps than turbo knows', ['a dog', '--turbo', '--steps', '5']],
    ['a marked noise without marks', ['a dog', '--latent-mark', '--unsafe-unmarked']],
    ['a certificate without its key', ['a dog', '--cert', 'x.pem']],
  ])('%s is a usage error', async (_name, args) => {
    const { code, stdout, stderr } = await cli.run(['generate', ...args]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).not.toMatch(/^\s+at /m);
  });

  it('refuses a folder and a missing parent is made', async () => {
    mkdirSync(at('folder'));
    expect((await cli.run(['generate', 'a dog', '-o', 'folder'])).code).toBe(64);
    const { code } = await cli.run(['generate', 'a dog', '-o', 'new/deep/dog.jpg', '--steps', '2']);
    expect(code).toBe(0);
    expect(existsSync(at('new/deep/dog.jpg'))).toBe(true);
  });
});

describe('keys and certificates', () => {
  it('never prints a broken key file', async () => {
    writeFileSync(at('key.json'), '{"id":"k","secret":VERYSECRET}');
    copyFileSync(at('apple.png'), at('photo.png'));
    const { code, stderr } = await cli.run(['verify', 'photo.png', '--watermark-key', 'key.json']);
    expect(code).toBe(64);
    expect(stderr).not.toContain('VERYSECRET');
  });

  it('verifying makes no certificates', async () => {
    const fresh = cliSession();
    const { code, stderr } = await fresh.run(['verify', at('apple.png'), '--trust', 'dev']);
    expect(code).toBe(64);
    expect(stderr).toContain('imprint certs dev');
    expect(existsSync(fresh.home)).toBe(false);
  });

  it('makes the development certificates once', async () => {
    const fresh = cliSession();
    expect((await fresh.run(['certs', 'dev'])).stdout).toMatch(/^made /);
    expect((await fresh.run(['certs', 'dev'])).stdout).toMatch(/^found /);
  });
});

describe('models', () => {
  it('are what the manifest says', async () => {
    const { code, stdout } = await cli.run(['models', 'verify']);
    expect(stdout).not.toContain('failed');
    expect(code).toBe(0);
    expect((await cli.run(['models', 'list'])).stdout).toContain('MIT');
  });
});

describe('demo', () => {
  it('shows that the watermark outlives the credentials', async () => {
    const { code, stdout } = await cli.run(['demo']);
    expect(stdout).toContain(
      'The credentials are gone, but the watermark still identifies the image',
    );
    expect(code).toBe(0);
  });
});
