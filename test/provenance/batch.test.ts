import { describe, expect, it } from 'vitest';
import { inOrder } from '../../src/provenance/batch/in-order.js';
import { inspectFiles } from '../../src/provenance/index.js';
import { fixturePath } from '../support/fixtures.js';

describe('inOrder', () => {
  it('answers in the order of the questions and never has more than a window under way', async () => {
    let under = 0;
    let most = 0;
    const work = async (n: number): Promise<number> => {
      most = Math.max(most, ++under);
      for (let i = n % 7; i >= 0; i--) await Promise.resolve();
      under--;
      return n;
    };
    const items = Array.from({ length: 100 }, (_, n) => n);
    const answers: number[] = [];
    for await (const answer of inOrder(items, 5, work)) answers.push(answer);
    expect(answers).toEqual(items);
    expect(most).toBeLessThanOrEqual(5);
  });
});

describe('inspectFiles', () => {
  it('tells what is wrong with a file and goes on', async () => {
    const paths = ['broken/garbage.jpg', 'images/one-pixel.png', 'nowhere.png'].map(fixturePath);
    const files = paths.map((path) => ({ path }));
    const outcomes = [];
    for await (const outcome of inspectFiles(files, { threads: 1 })) outcomes.push(outcome);
    expect(outcomes.map(({ path }) => path)).toEqual(paths);
    expect(outcomes).toMatchObject([
      { error: { code: 'IMAGE_UNSUPPORTED' } },
      { report: { schemaVersion: '1' } },
      { error: { code: 'IMAGE_NOT_FOUND' } },
    ]);
  });

  it('refuses no threads at all', async () => {
    await expect(inspectFiles([], { threads: 0 }).next()).rejects.toThrow(RangeError);
  });
});
