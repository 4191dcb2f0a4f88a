import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeImage } from '../../src/image/index.js';
import type { CliSession } from '../support/cli.js';
import { cliSession } from '../support/cli.js';
import { texturedPicture } from '../support/picture.js';

let cli: CliSession;

beforeAll(async () => {
  cli = cliSession();
  const photo = await encodeImage(texturedPicture(320, 256), { format: 'png' });
  writeFileSync(join(cli.dir, 'photo.png'), photo);
});

const mark = (options: string) => cli.run(['mark', 'photo.png', ...options.split(' ')]);

describe('mark: how strong the mark is', () => {
  it('can be told in dB, and a weak mark is warned of in words that can be followed', async () => {
    const { code, stdout, stderr } = await mark('-o weak.png --min-psnr 52 --json');
    expect(code).toBe(0);
    const row = JSON.parse(stdout) as { psnr: number; margin: number; warnings: string[] };
    expect(row.psnr).toBeGreaterThanOrEqual(52);
    expect(row.margin).toBeLessThan(1.1);
    expect(row.warnings.join()).toContain('--min-psnr');
    expect(stderr).toContain(`warning: ${row.warnings[0]}`);
  });

  it('a refusal names the options that help', async () => {
    const { code, stderr } = await mark('-o no.png --min-psnr 60');
    expect(code).toBe(1);
    expect(stderr).toMatch(/lower --min-psnr or --min-ssim.*\[MARK_NOT_EMBEDDED\]/);
    expect(existsSync(join(cli.dir, 'no.png'))).toBe(false);
  });

  it('a quality that leaves no mark is refused with one that holds, which verify reads', async () => {
    const { code, stderr } = await mark('-o low.jpg --quality 3');
    expect(code).toBe(1);
    expect(stderr).toContain('[MARK_LOST_IN_ENCODING]');
    expect(existsSync(join(cli.dir, 'low.jpg'))).toBe(false);
    const quality = /quality (\d+) holds it/.exec(stderr)![1]!;
    expect((await mark(`-o held.jpg --quality ${quality}`)).code).toBe(0);
    const required = ['verify', 'held.jpg', '--require', 'watermark'];
    expect((await cli.run(required)).code).toBe(0);
  });

  it.each(['--min-psnr 10', '--min-ssim 1', '--min-psnr x', '--sign-only --min-ssim 0.9'])(
    '%s is a usage error',
    async (options) => {
      expect((await mark(`-o no.png ${options}`)).code).toBe(64);
    },
  );
});
