/** The whole pipeline against a second implementation (fixtures/models/make_tiny_golden.py). */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { createGenerator } from '../../src/generate/index.js';
import { createPromptTokenizer } from '../../src/generate/tokenizer.js';
import { createModelStore } from '../../src/onnx/index.js';

interface Case {
  prompt: string;
  negative: string;
  seed: number;
  steps: number;
  guidance: number;
  ids: number[][];
  sum: number;
  row: number;
  pixels: number[];
}

const read = (path: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/models/${path}`, import.meta.url), 'utf8'));
const cases = read('tiny_golden.json') as Case[];
/** A value half-way between two grey levels may round either way. */
const LEVEL_TOLERANCE = 1;
/** Share of the sum of all samples that such roundings may move. */
const SUM_TOLERANCE = 1e-5;

const models = createModelStore({
  dir: fileURLToPath(new URL('../../fixtures/models/tiny', import.meta.url)),
  threads: 1,
});
const generator = createGenerator({ models });
const tokenizer = createPromptTokenizer(read('tiny/tokenizer.json'), { maxTokens: 32, padId: 0 });
afterAll(() => models.dispose());

describe.each(cases)('seed $seed, $steps steps, guidance $guidance', (expected) => {
  const { prompt, negative, seed, steps, guidance } = expected;

  it('has the token ids of the Rust tokenizer', () => {
    const texts = guidance > 1 ? [negative, prompt] : [prompt];
    expect(texts.map((text) => tokenizer.encode(text).ids)).toEqual(expected.ids);
  });

  it('has the pixels of torch and numpy', async () => {
    const [image] = await generator.generate(prompt, { negative, seed, steps, guidance });
    const { data, width } = image!.pixels;
    const row = data.subarray(expected.row * width * 3, (expected.row + 1) * width * 3);
    const worst = expected.pixels.reduce(
      (most, value, i) => Math.max(most, Math.abs(row[i]! - value)),
      0,
    );
    expect(worst).toBeLessThanOrEqual(LEVEL_TOLERANCE);
    const sum = data.reduce((total, value) => total + value, 0);
    expect(Math.abs(sum - expected.sum) / expected.sum).toBeLessThan(SUM_TOLERANCE);
  });
});
