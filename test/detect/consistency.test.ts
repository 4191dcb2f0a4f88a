import { describe, expect, it } from 'vitest';
import type { ConsistencyFacts } from '../../src/detect/signals/consistency.js';
import { consistencyEvidence } from '../../src/detect/signals/consistency.js';
import { evidence } from './evidence.js';

const WHERE = 'png:tEXt "parameters" @33';
const parameters = evidence({ id: 'metadata.a1111', strength: 'structural', where: WHERE });
const camera = evidence({ id: 'metadata.camera-exif', claim: 'camera-captured', strength: 'hint' });
const stamped = {
  integrity: 'intact',
  signer: { timestampTrusted: true, timestamp: '2026-01-01T00:00:00Z' },
} as ConsistencyFacts['credentials'];

function facts(partial: {
  text?: string;
  exif?: Record<string, string>;
  size?: [number, number];
  credentials?: ConsistencyFacts['credentials'];
}): ConsistencyFacts {
  const [width, height] = partial.size ?? [512, 768];
  const text =
    partial.text === undefined
      ? []
      : [{ source: 'png:tEXt', keyword: 'x', value: partial.text, where: WHERE }];
  return {
    view: {
      text: text,
      exif: new Map(Object.entries(partial.exif ?? {})),
      exifWhere: 'jpeg:exif',
    },
    width,
    height,
    credentials: partial.credentials ?? { integrity: 'unknown', signer: null },
    at: new Date('2026-06-01T00:00:00Z'),
  };
}

describe('the size that settings state', () => {
  const settings = 'a cat\nSteps: 20, Sampler: Euler, Size: 512x768, Seed: 1';
  const found = (size: [number, number], text = settings) =>
    consistencyEvidence(facts({ text, size }), [parameters]);

  it.each<[string, [number, number]]>([
    ['the same', [512, 768]],
    ['twice as large', [1024, 1536]],
    ['of the same shape within rounding', [520, 768]],
  ])('says nothing when the picture is %s', (_name, size) => {
    expect(found(size)).toEqual([]);
  });

  it('contradicts a picture of another shape, as a hint', () => {
    expect(found([768, 512])).toEqual([
      expect.objectContaining({
        id: 'metadata.size-contradiction',
        strength: 'hint',
        claim: null,
        llr: 0,
        contradicts: ['metadata.a1111'],
        finding: 'The settings are about a picture of 512x768, this one is 768x512',
      }),
    ]);
  });

  it('is not looked for in text that proves nothing', () => {
    expect(consistencyEvidence(facts({ text: settings, size: [9, 900] }), [])).toEqual([]);
    expect(found([9, 900], 'Size: huge')).toEqual([]);
  });
});

describe('the date that a camera states', () => {
  const found = (exif: Record<string, string>, credentials?: ConsistencyFacts['credentials']) =>
    consistencyEvidence(facts({ exif, ...(credentials && { credentials }) }), [camera]).map(
      ({ finding }) => finding,
    );

  it.each<[string, Record<string, string>, ConsistencyFacts['credentials'] | undefined, RegExp]>([
    ['the future', { DateTimeOriginal: '2031:01:01 00:00:00' }, undefined, /later than now$/],
    [
      'after the last change',
      { DateTimeOriginal: '2024:05:01 00:00:00', ModifyDate: '2024:04:01 00:00:00' },
      undefined,
      /last change/,
    ],
    ['after the timestamp', { DateTimeOriginal: '2026:03:01 00:00:00' }, stamped, /timestamp$/],
  ])('is told when it lies in %s', (_name, exif, credentials, pattern) => {
    expect(found(exif, credentials)).toEqual([expect.stringMatching(pattern)]);
  });

  it.each<[string, Record<string, string>]>([
    ['an ordinary one', { DateTimeOriginal: '2024:05:01 10:00:00' }],
    [
      'within a day, since cameras know no time zone',
      { DateTimeOriginal: '2024:05:01 20:00:00', ModifyDate: '2024:05:01 09:00:00' },
    ],
    ['an unset clock', { DateTimeOriginal: '0000:00:00 00:00:00' }],
    ['no date', { DateTimeOriginal: 'yesterday' }],
  ])('%s is no finding', (_name, exif) => {
    expect(found(exif)).toEqual([]);
  });
});
