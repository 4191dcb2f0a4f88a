import { describe, expect, it } from 'vitest';
import type { CredentialsReport } from '../../src/c2pa/index.js';
import { MersenneTwister } from '../../src/core/index.js';
import {
  readWatermark,
  softBindingValue,
  watermarkEvidence,
  watermarkFindings,
} from '../../src/detect/signals/watermark.js';
import type { Pixels } from '../../src/image/index.js';
import {
  createWatermarkKey,
  embedWatermark,
  extractWatermark,
  PUBLIC_KEY,
  WATERMARK_ALG,
} from '../../src/watermark/index.js';
import { texturedPicture } from '../support/picture.js';

const payload = 'a10123456789abcd';
const secret = createWatermarkKey('secret', new Uint8Array(32).fill(7));

function credentials(declared: string | null, partial: Partial<CredentialsReport> = {}) {
  const softBindings =
    declared === null ? [] : [{ alg: WATERMARK_ALG, value: softBindingValue(declared) }];
  return {
    presence: 'embedded',
    integrity: 'intact',
    softBindings,
    signer: { status: 'trusted' },
    ...partial,
  } as CredentialsReport;
}

function noisy(pixels: Pixels, amplitude: number): Pixels {
  const random = new MersenneTwister(1);
  const data = pixels.data.map((value) => value + amplitude * 2 * (random.nextDouble() - 0.5));
  return { ...pixels, data };
}

/** `pixels` under noise that just hides the mark from a blind reading. */
function worn(pixels: Pixels, keys = [PUBLIC_KEY]): Pixels {
  // A step is 3 dB: less than what asking for a payload gains.
  for (let amplitude = 50; amplitude < 300; amplitude *= 1.4) {
    const trial = noisy(pixels, amplitude);
    if (extractWatermark(trial, { keys }).payload === null) return trial;
  }
  throw new Error('no noise hides the mark');
}

const marked = embedWatermark(texturedPicture(512, 512), { payload }).pixels;
const faint = worn(marked);

describe('a mark too faint to be read blind', () => {
  it('is verified when intact credentials declare it, and says that it was asked for', () => {
    const report = credentials(payload);
    const watermark = readWatermark(faint, report);
    expect(watermark).toMatchObject({
      status: 'verified',
      targeted: true,
      payload,
      origin: 'generated',
      keyId: 'public',
    });
    expect(watermark.pValue).toBeLessThanOrEqual(1e-9);
    expect(watermarkFindings(watermark, report)).toEqual([]);
    const [evidence, ...more] = watermarkEvidence(watermark, report);
    expect(more).toEqual([]);
    expect(evidence).toMatchObject({ claim: 'ai-generated', falsePositiveRate: watermark.pValue });
    expect(evidence!.finding).toContain('asked for as the credentials declare it');
    expect(evidence!.explain).toMatch(/^Not read blind/);
  });

  it.each<[string, CredentialsReport]>([
    ['no credentials declare it', credentials(null)],
    ['the credentials were altered', credentials(payload, { integrity: 'altered' })],
    ['their integrity is unknown', credentials(payload, { integrity: 'unknown' })],
  ])('is not found when %s', (_name, report) => {
    const watermark = readWatermark(faint, report);
    expect(watermark).toMatchObject({ status: 'none', targeted: false, payload: null });
    expect(watermarkEvidence(watermark, report)).toEqual([]);
  });

  it('is not taken for another payload that the credentials declare: IM501', () => {
    const report = credentials('a1ffffffffffffff');
    const watermark = readWatermark(faint, report);
    expect(watermark).toMatchObject({ status: 'none', targeted: false, payload: null });
    expect(watermark.pValue).toBeGreaterThan(1e-3);
    expect(watermarkFindings(watermark, report).map(({ ruleId }) => ruleId)).toEqual(['IM501']);
  });

  it('is not asked for under the public key on the word of a signer whom nobody vouches for', () => {
    const report = credentials(payload, { signer: { status: 'untrusted' } as never });
    const watermark = readWatermark(faint, report);
    expect(watermark).toMatchObject({ status: 'none', targeted: false, payload: null });
    expect(watermarkFindings(watermark, report).map(({ ruleId }) => ruleId)).toEqual(['IM501']);
  });

  it('is asked for under a secret key on anybody’s word', () => {
    const report = credentials(payload, { signer: { status: 'untrusted' } as never });
    const own = worn(embedWatermark(texturedPicture(512, 512), { payload, key: secret }).pixels, [
      secret,
    ]);
    expect(readWatermark(own, report, [secret])).toMatchObject({
      status: 'verified',
      targeted: true,
      keyId: 'secret',
    });
  });

  it('is asked for with each key, and counts them all', () => {
    const report = credentials(payload);
    const keys = [PUBLIC_KEY, secret];
    const own = worn(embedWatermark(texturedPicture(512, 512), { payload, key: secret }).pixels, [
      ...keys,
    ]);
    const watermark = readWatermark(own, report, keys);
    expect(watermark).toMatchObject({ status: 'verified', targeted: true, keyId: 'secret' });
    expect(watermark.pValue).toBeCloseTo(2 * readWatermark(own, report, [secret]).pValue, 25);
    expect(readWatermark(own, report).status).toBe('none');
  });
});

describe('a mark that is read blind', () => {
  it('is not asked for', () => {
    expect(readWatermark(marked, credentials(payload))).toMatchObject({
      status: 'verified',
      targeted: false,
    });
    expect(readWatermark(marked, credentials('a1ffffffffffffff'))).toMatchObject({
      status: 'detected',
      targeted: false,
      payload,
    });
  });
});
