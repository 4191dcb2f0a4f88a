import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Report } from '../../src/index.js';
import { decodeImage, encodeImage } from '../../src/image/index.js';
import type { Pixels } from '../../src/image/index.js';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';
import { fixturePath } from '../support/fixtures.js';
import { texturedPicture } from '../support/picture.js';
import { rotate } from '../watermark/transforms.js';

let cli: CliSession;
const at = (name: string): string => join(cli.dir, name);
const decode = async (name: string): Promise<Pixels> =>
  (await decodeImage(readFileSync(at(name)))).pixels;

const WIDTH = 1280;
const HEIGHT = 960;

beforeAll(async () => {
  cli = cliSession();
  const photo = texturedPicture(WIDTH, HEIGHT);
  writeFileSync(at('photo.png'), await encodeImage(photo, { format: 'png' }));
  expect((await cli.run(['mark', 'photo.png', '-o', 'marked.png'])).code).toBe(0);
  // The left half is another picture now.
  const half = await decode('marked.png');
  const other = texturedPicture(WIDTH, HEIGHT, 2);
  for (let y = 0; y < HEIGHT; y++) {
    const row = y * WIDTH * 3;
    half.data.set(other.data.subarray(row, row + (WIDTH / 2) * 3), row);
  }
  writeFileSync(at('half.png'), await encodeImage(half, { format: 'png' }));
  const turned = rotate(await decode('marked.png'), 5, false);
  writeFileSync(at('turned.png'), await encodeImage(turned, { format: 'png' }));
});

/** Share of the pixels that are coloured, of the columns from `left` to `right` (shares of the width). */
function coloured({ data, width, height, channels }: Pixels, left: number, right: number): number {
  let count = 0;
  let all = 0;
  for (let y = 0; y < height; y++) {
    for (let x = Math.round(left * width); x < Math.round(right * width); x++) {
      const [r, g, b] = data.subarray((y * width + x) * channels);
      if (Math.max(r!, g!, b!) - Math.min(r!, g!, b!) > 8) count++;
      all++;
    }
  }
  return count / all;
}

describe('verify --heatmap', () => {
  it('writes a PNG that is coloured where the mark is, and the report as ever', async () => {
    const plain = await cli.run(['verify', 'half.png']);
    const { code, stdout, stderr } = await cli.run(['verify', 'half.png', '--heatmap', 'h.png']);
    expect({ code, stdout }).toEqual({ code: plain.code, stdout: plain.stdout });
    expect(stderr).toContain('wrote h.png');
    expect(readFileSync(at('h.png')).subarray(1, 4).toString()).toBe('PNG');
    const picture = await decode('h.png');
    expect(picture).toMatchObject({ width: 1024, height: 768 });
    expect(coloured(picture, 0, 0.45)).toBeLessThan(0.05);
    expect(coloured(picture, 0.55, 1)).toBeGreaterThan(0.6);
  });

  it('shows the image in grey where there is nothing to show, darker than it is', async () => {
    const picture = await decode('h.png');
    const source = await decode('half.png');
    const brightness = ({ data }: Pixels): number =>
      data.reduce((sum, value) => sum + value, 0) / data.length;
    expect(brightness(picture)).toBeLessThan(0.8 * brightness(source));
    // The dark and the bright part of the picture are still told apart.
    const grey = (x: number, y: number): number => picture.data[(y * 1024 + x) * 3]!;
    const values = Array.from({ length: 300 }, (_, x) => grey(x, 384));
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(20);
  });

  it('leaves standard output to JSON', async () => {
    const { stdout } = await cli.run(['verify', '--json', 'marked.png', '--heatmap', 'j.png']);
    expect((JSON.parse(stdout) as Report).watermarks[0]).toMatchObject({ status: 'verified' });
    expect(coloured(await decode('j.png'), 0, 1)).toBeGreaterThan(0.6);
  });

  it('takes standard input', async () => {
    const stdin = readFileSync(at('marked.png'));
    expect((await cli.run(['verify', '-', '--heatmap', 's.png'], { stdin })).code).toBe(0);
    expect(existsSync(at('s.png'))).toBe(true);
  });

  it('writes nothing without a mark, says so, and leaves the exit code', async () => {
    const { code, stdout, stderr } = await cli.run(['verify', 'photo.png', '--heatmap', 'no.png']);
    expect(code).toBe(0);
    expect(stdout).toContain('none found');
    expect(stderr).toContain('no watermark of ours was found');
    const flux = fixturePath('images/dwtdct-flux.webp');
    const required = ['verify', flux, '--require', 'watermark', '--heatmap', 'no.png'];
    const foreign = await cli.run(required);
    expect(foreign.code).toBe(3);
    expect(foreign.stderr).toContain('of ours');
    expect(existsSync(at('no.png'))).toBe(false);
    expect(readdirSync(cli.dir).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('writes nothing for a broken file', async () => {
    const file = fixturePath('broken/garbage.jpg');
    expect((await cli.run(['verify', file, '--heatmap', 'no.png'])).code).toBe(5);
    expect(existsSync(at('no.png'))).toBe(false);
  });

  it.each<[string, string[]]>([
    ['two images', ['photo.png', 'marked.png', '--heatmap', 'no.png']],
    ['another format', ['marked.png', '--heatmap', 'no.jpg']],
    ['no format', ['marked.png', '--heatmap', 'no']],
    ['standard output', ['marked.png', '--heatmap', '-']],
    ['a folder', ['marked.png', '--heatmap', './']],
    ['the image itself', ['marked.png', '--heatmap', './marked.png']],
    ['the image itself, through a link', ['link.png', '--heatmap', 'marked.png']],
  ])('64 for %s', async (_name, args) => {
    if (!existsSync(at('link.png'))) symlinkSync('marked.png', at('link.png'));
    const before = readFileSync(at('marked.png'));
    const { code, stdout, stderr } = await cli.run(['verify', ...args]);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
    expect(stderr).toContain('--heatmap');
    expect(readFileSync(at('marked.png')).equals(before)).toBe(true);
  });
});

describe('verify of a mark that was moved', () => {
  it('says so in words and in numbers', async () => {
    const stdout = (await cli.run(['verify', 'turned.png'])).stdout.replace(/\s+/g, ' ');
    expect(stdout).toMatch(/since it was marked: rotated [45]\.\d degrees clockwise/);
    expect(stdout).toMatch(
      /[0-9a-f]{16} \(unstated\), found in the pixels; key public, chance <= /,
    );
    const json = await cli.run(['verify', '--json', 'turned.png']);
    const [mark] = (JSON.parse(json.stdout) as Report).watermarks;
    expect(mark!.geometry!.rotation).toBeCloseTo(5, 0);
    expect(mark!.geometry).toEqual({
      rotation: expect.any(Number) as number,
      scale: expect.any(Number) as number,
      aspect: expect.any(Number) as number,
      crop: {
        x: expect.any(Number) as number,
        y: expect.any(Number) as number,
        period: expect.any(Number) as number,
      },
      flip: false,
    });
  });

  it('says nothing of the kind about one that was not', async () => {
    expect((await cli.run(['verify', 'marked.png'])).stdout).not.toContain('since it was marked');
  });
});
