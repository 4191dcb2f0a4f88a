import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pool } from '../../src/detect/signals/classifier/pooling.js';

const logits = fc.array(fc.double({ min: -20, max: 20, noNaN: true }), {
  minLength: 1,
  maxLength: 40,
});

describe('pooling of crops', () => {
  it.each([
    [[3], 3],
    [[1, 4], 4],
    [[1, 1, 1, 9], 5],
    [[1, 2, 3, 4, -9], 3],
    [[0, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 52 / 6],
  ])('is the mean of the higher half: %j', (values, expected) => {
    expect(pool(values)).toBeCloseTo(expected, 12);
  });

  it('is that of training/classifier/pooling.py', () => {
    const file = fileURLToPath(new URL('../../fixtures/vectors/classifier.json', import.meta.url));
    const { logits: all, pooled } = JSON.parse(readFileSync(file, 'utf8')) as {
      logits: number[];
      pooled: number[];
    };
    expect(pooled).toHaveLength(4);
    pooled.forEach((value, i) => expect(pool(all.slice(0, i + 1))).toBeCloseTo(value, 4));
  });

  it('does not depend on the order, and leaves the crops as they are', () => {
    fc.assert(
      fc.property(logits, (values) => {
        const before = [...values];
        expect(pool([...values].reverse())).toBeCloseTo(pool(values), 9);
        expect(values).toEqual(before);
      }),
    );
  });

  it('never falls when a crop looks more synthetic', () => {
    fc.assert(
      fc.property(
        logits,
        fc.nat(),
        fc.double({ min: 0, max: 10, noNaN: true }),
        (values, at, more) => {
          const raised = values.map((value, i) =>
            i === at % values.length ? value + more : value,
          );
          expect(pool(raised)).toBeGreaterThanOrEqual(pool(values) - 1e-9);
        },
      ),
    );
  });
});
