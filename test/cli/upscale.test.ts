import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import { beforeAll, describe, expect, it } from 'vitest';
import { decodeImage, encodeImage } from '../../src/image/index.js';
import type { Report } from '../../src/provenance/index.js';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';
import { texturedPicture } from '../support/picture.js';

let cli: CliSession;

beforeAll(async () => {
  cli = cliSession();
  const photo = await encodeImage(texturedPicture(200, 160), { format: 'jpeg' });
  writeFileSync(join(cli.dir, 'photo.jpg'), photo);
});

describe('upscale', () => {
  it('writes a larger picture whose credentials name the model and what it was made from', async () => {
    const { code, stdout } = await cli.run(['upscale', 'photo.jpg', '--factor', '2', '--json']);
    expect(code).toBe(0);
    const row = JSON.parse(stdout) as { path: string; payload: string };
    expect(row).toMatchObject({ path: 'photo.x2.jpg', width: 400, height: 320 });
    const made = await decodeImage(readFileSync(join(cli.dir, row.path)));
    expect(made.pixels).toMatchObject({ width: 400, height: 320 });

    const verified = await cli.run(['verify', 'photo.x2.jpg', '--json']);
    const report = JSON.parse(verified.stdout) as Report;
    expect(report.verdict.state).toBe('ai-edited');
    expect(report.watermarks[0]).toMatchObject({ payload: row.payload });
    expect(report.credentials.integrity).toBe('intact');
    const named = JSON.stringify(report.credentials);
    expect(named).toContain('photo.jpg');
    expect(named).toContain('upscaler-x4');
  });

  it('a second time warns that the first watermark gives way', async () => {
    const options = ['--factor', '2', '-o', 'again.webp'];
    const { code, stdout, stderr } = await cli.run(['upscale', 'photo.x2.jpg', ...options]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^again\.webp {2}800x640, watermark [0-9a-f]{16} at .* dB, signed$/m);
    expect(stderr).toMatch(/warning: the input carried watermark [0-9a-f]{16}; the new one/);
  });

  it('says what the output does not keep of its input', async () => {
    const deep = sharp(texturedPicture(96, 80).data, {
      raw: { width: 96, height: 80, channels: 3 },
    });
    writeFileSync(join(cli.dir, 'deep.png'), await deep.toColourspace('rgb16').png().toBuffer());
    const { code, stderr } = await cli.run(['upscale', 'deep.png', '--factor', '4']);
    expect(code).toBe(0);
    expect(stderr).toContain('warning: 16-bit samples were rounded to 8 bits');
  });

  it.each([
    [['upscale', 'photo.jpg', '--factor', '3'], 64, /Allowed choices are 2, 4/],
    [['upscale', 'photo.jpg', '-o', 'photo.jpg'], 64, /photo\.jpg/],
    [['upscale', '-'], 64, /standard input needs --output/],
    [['upscale', 'nowhere.jpg'], 1, /nowhere\.jpg/],
  ])('%j is refused with %i', async (args, code, message) => {
    const before = readFileSync(join(cli.dir, 'photo.jpg'));
    const result = await cli.run(args);
    expect(result.code).toBe(code);
    expect(result.stderr).toMatch(message);
    expect(readFileSync(join(cli.dir, 'photo.jpg')).equals(before)).toBe(true);
    expect(existsSync(join(cli.dir, 'photo.x3.jpg'))).toBe(false);
  });
});
