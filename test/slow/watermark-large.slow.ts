import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { testPayload } from '../watermark/support.js';

const SCRIPT = fileURLToPath(new URL('mark-large.ts', import.meta.url));

/** Bytes of the picture and its marked copy, 60 megapixels of RGB each. */
const PICTURES = 2 * 3 * 9000 * 6667;

it('60 megapixels embed and read, reduced to 512 px too, in bounded memory', () => {
  const payload = testPayload(90);
  const args = ['--import', 'tsx', SCRIPT, '9000', '6667', payload];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  expect(status, stderr).toBe(0);
  const result = JSON.parse(stdout) as Record<string, number | string | boolean>;
  expect(result).toMatchObject({ embedded: true, read: payload, reduced: payload });
  expect(result['psnr']).toBeGreaterThanOrEqual(42);
  expect(result['ssim']).toBeGreaterThanOrEqual(0.99);
  expect(Number(result['peak']) * 1024).toBeLessThan(1.2e9);
  expect(Number(result['peak']) * 1024, 'the measure itself').toBeGreaterThan(PICTURES);
});
