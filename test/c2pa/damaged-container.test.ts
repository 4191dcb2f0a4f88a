import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { ensureDevCertificates, readCredentials } from '../../src/c2pa/index.js';
import { throwsWithCode } from '../support/throws-with-code.js';

describe('a container that the engine cannot parse', () => {
  it('has no credentials when it holds no manifest, and not broken ones', async () => {
    const avif = await sharp({
      create: { width: 64, height: 64, channels: 3, background: 'red' },
    })
      .avif()
      .toBuffer();
    const trailed = new Uint8Array(Buffer.concat([avif, Buffer.from('trailing bytes')]));
    expect((await readCredentials(trailed, 'image/avif')).presence).toBe('absent');
  });
});

describe('development certificates', () => {
  it('refuse a timestamp key that belongs to another certificate', async () => {
    const dir = join(mkdtempSync(join(tmpdir(), 'imprint-')), 'certs');
    await ensureDevCertificates(dir);
    writeFileSync(join(dir, 'tsa.key'), readFileSync(join(dir, 'signer.key')));
    await throwsWithCode(() => ensureDevCertificates(dir), 'C2PA_KEY');
  });
});
