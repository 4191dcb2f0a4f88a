/** Pieces of the search for a mark that others only use. */
import { describe, expect, it } from 'vitest';
import { MersenneTwister } from '../../src/core/index.js';
import { Cells } from '../../src/watermark/cells.js';
import { multiply, type Matrix } from '../../src/watermark/homography.js';
import { readPilots, readPilotsBothWays } from '../../src/watermark/pilots.js';
import { spectrumOf } from '../../src/watermark/spectrum.js';
import { noise } from './lattice.js';

describe('cells', () => {
  it('keep the best place of each, of equal ones the first', () => {
    const cells = new Cells(4);
    cells.offer(2, 5, 20);
    cells.offer(0, 7, 1);
    cells.offer(2, 5, 21);
    cells.offer(3, 5, 30);
    cells.offer(0, 6, 2);
    const best = [
      { score: 7, at: 1 },
      { score: 5, at: 20 },
      { score: 5, at: 30 },
    ];
    expect(cells.best(9)).toEqual(best);
    expect(cells.best(2)).toEqual(best.slice(0, 2));
    expect(new Cells(3).best(2)).toEqual([]);
  });

  it('agree with sorting everything that was offered', () => {
    const random = new MersenneTwister(4);
    const cells = new Cells(50);
    const all = Array.from({ length: 2000 }, (_, at) => {
      const offer = { cell: Math.floor(50 * random.nextDouble()), score: random.nextDouble(), at };
      cells.offer(offer.cell, offer.score, at);
      return offer;
    }).sort((a, b) => b.score - a.score);
    const firsts = all.filter(({ cell }, i) => all.findIndex((one) => one.cell === cell) === i);
    expect(cells.best(20)).toEqual(firsts.slice(0, 20).map(({ score, at }) => ({ score, at })));
  });
});

describe('pilots', () => {
  it.each<Matrix>([
    [1, 0, 0, 1],
    [0, 1, -1, 0],
    [0.9, 0.2, -0.3, 1.1],
    [1.31, -0.4, 0.17, 0.8],
  ])('are read both ways as one way and the other: %s', (...matrix) => {
    const spectrum = spectrumOf(noise(256, 200, 11, 20), 512);
    const [plain, opposite] = readPilotsBothWays(spectrum, 1, matrix);
    expect(plain).toEqual(readPilots(spectrum, 1, matrix));
    expect(opposite).toEqual(readPilots(spectrum, 1, multiply(matrix, [-1, 0, 0, -1])));
  });
});
