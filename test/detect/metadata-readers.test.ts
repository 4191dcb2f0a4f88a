import { describe, expect, it } from 'vitest';
import { METADATA_READERS } from '../../src/detect/signals/metadata/readers/index.js';
import { marksOf, viewOf } from '../support/metadata-files.js';
import { SAMPLES } from './metadata-samples.js';

describe('every tool is found by what it writes', () => {
  it.each(SAMPLES.map((sample) => [sample.name, sample] as const))('%s', async (_name, sample) => {
    const { evidence, parameters, report } = await marksOf(await sample.file());
    expect(evidence.map(({ id }) => id)).toContain(sample.id);
    const found = evidence.find(({ id }) => id === sample.id);
    expect(found!.claim).toBe(sample.claim === undefined ? 'ai-generated' : sample.claim);
    if (sample.vendor !== undefined) expect(found!.vendor ?? null).toBe(sample.vendor);
    if (sample.where !== undefined) expect(found!.where).toBe(sample.where);
    if (sample.parameters !== undefined) {
      const shown = Object.fromEntries(parameters.map(({ name, value }) => [name, value]));
      expect(shown).toMatchObject(sample.parameters);
    }
    // No two tools claim one file, and nothing about people or their words is shown.
    expect(new Set(evidence.flatMap(({ vendor }) => vendor ?? [])).size).toBeLessThanOrEqual(1);
    const printed = JSON.stringify([evidence, report]);
    expect(printed).not.toMatch(/jane|duck|victorian|robot|lowres|cabin|u-77/i);
  });

  it('no reader is without a sample', async () => {
    const quiet = new Set(METADATA_READERS);
    for (const sample of SAMPLES) {
      const view = await viewOf(await sample.file());
      for (const reader of quiet) if (reader.read(view).length > 0) quiet.delete(reader);
    }
    expect([...quiet].map(({ id }) => id)).toEqual([]);
  });
});
