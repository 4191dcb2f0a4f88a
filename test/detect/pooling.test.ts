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
    [[1, 4], 2.5],
    [[1, 1, 1, 9], 3],
    [[1, 1, 1, 1, -9], 1],
    [[0, 12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 6.6],
  ])('is the mean without the lowest one of every full five: %j', (values, expected) => {
    expect(pool(values)).toBeCloseTo(expected, 12);
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
