/** The figures of the watermark bench are what their names say. */
import { describe, expect, it } from 'vitest';
import type { Attack } from '../../bench/watermark/attacks/index.js';
import { empiricalTail, gaussianTail, nullPlot } from '../../bench/watermark/null-plot.js';
import { BIN_START, BIN_WIDTH, BINS } from '../../bench/watermark/null-samples.js';
import { qualityOf } from '../../bench/watermark/quality.js';
import {
  spread,
  summariseGroups,
  summarisePeer,
  summariseSet,
} from '../../bench/watermark/summary.js';
import type { AttackRow, MarkedResult, PeerResult } from '../../bench/watermark/tasks.js';
import { createPixels } from '../../src/image/index.js';

const row = (read: boolean): AttackRow => ({
  read,
  wrong: false,
  statistic: read ? 20 : 3,
  verified: true,
  verifyStatistic: 20,
});
const marked = (id: string, rows: Record<string, AttackRow>, embedded = true): MarkedResult => ({
  id,
  width: 512,
  height: 512,
  embedded,
  psnr: embedded ? 42 : null,
  ssim: 0.99,
  ssimRgb: 0.98,
  margin: 2,
  rows,
});
const attack = (name: string, category: Attack['category']): Attack => ({
  name,
  category,
  group: 'core',
  run: (image) => image,
});

describe('summary', () => {
  it('interpolates the 5th percentile', () => {
    const values = Array.from({ length: 101 }, (_, i) => 100 - i);
    expect(spread(values)).toEqual({ mean: 50, low: 5, least: 0 });
    expect(spread([4, 2]).low).toBeCloseTo(2.1, 12);
  });

  it('counts a refused picture as lost, and leaves it out of the quality', () => {
    const summary = summariseSet('photographs', [
      marked('a', { none: row(true) }),
      marked('b', { none: row(false) }, false),
    ]);
    expect(summary).toMatchObject({ images: 2, refused: 1, wrong: 0 });
    expect(summary.read).toEqual({ none: { hits: 1, of: 2 } });
    expect(summary.verified).toEqual({ none: { hits: 2, of: 2 } });
    expect(summary.quality.psnr.mean).toBe(42);
  });

  it('finds the worst attack, category and set, and what is below the bar', () => {
    const attacks = [
      attack('turn', 'geometry'),
      attack('cut', 'geometry'),
      attack('blue', 'colour'),
    ];
    const rows = (turn: boolean, cut: boolean, blue: boolean): Record<string, AttackRow> => ({
      turn: row(turn),
      cut: row(cut),
      blue: row(blue),
    });
    const [core] = summariseGroups(
      [
        summariseSet('photographs', [marked('a', rows(true, true, true))]),
        summariseSet('bundled model', [marked('b', rows(false, true, true))]),
      ],
      attacks,
    );
    expect(core).toMatchObject({
      group: 'core',
      rows: 3,
      worstAttack: ['turn', 0.5],
      worstCategory: ['geometry', 0.75],
      below: ['turn'],
    });
    expect(core!.mean).toBeCloseTo(5 / 6, 12);
    expect(core!.worstSet[0]).toBe('bundled model');
  });

  it('compares a peer with ours on the same pictures only', () => {
    const peer: PeerResult = {
      id: 'a',
      psnr: 40,
      ssim: 0.97,
      ssimRgb: 0.96,
      rows: { none: { read: false, bits: 0.75 } },
    };
    const ours = [marked('a', { none: row(true) }), marked('b', { none: row(false) })];
    const summary = summarisePeer('dwtDct', [peer], ours);
    expect(summary.ours).toEqual({ none: { hits: 1, of: 1 } });
    expect(summary.rows).toEqual({ none: { hits: 0, of: 1, bits: 0.75 } });
  });

  it('sees in RGB what only changes chroma', () => {
    const grey = createPixels(32, 32, 3);
    grey.data.forEach((_, i) => (grey.data[i] = 100 + ((i * 7) % 50)));
    const tinted = { ...grey, data: grey.data.slice() };
    for (let at = 0, sign = 1; at < tinted.data.length; at += 3, sign = -sign) {
      tinted.data[at + 2] = tinted.data[at + 2]! + 20 * sign;
    }
    const { psnr, ssim, ssimRgb } = qualityOf(grey, tinted);
    expect(ssim).toBeGreaterThan(ssimRgb + 0.05);
    expect(psnr).toBeCloseTo(10 * Math.log10((255 * 255 * 3) / 400), 6);
    expect(qualityOf(grey, grey)).toEqual({ psnr: null, ssim: 1, ssimRgb: 1 });
  });
});

describe('null plot', () => {
  it('knows the Gaussian tail', () => {
    expect(gaussianTail(0)).toBeCloseTo(0.5, 8);
    expect(gaussianTail(1.959964)).toBeCloseTo(0.025, 7);
    expect(gaussianTail(5) / 2.866516e-7).toBeCloseTo(1, 4);
  });

  it('counts everything at or above t', () => {
    const histogram = new Array<number>(BINS).fill(0);
    const bin = (t: number): number => Math.round((t - BIN_START) / BIN_WIDTH);
    histogram[bin(-1)] = 50;
    histogram[bin(1)] = 40;
    histogram[bin(2)] = 10;
    const tail = new Map(empiricalTail(histogram).map(({ t, share }) => [t.toFixed(2), share]));
    expect(tail.get('0.00')).toBe(0.5);
    expect(tail.get('1.00')).toBe(0.5);
    expect(tail.get('1.05')).toBe(0.1);
    expect(tail.get('2.00')).toBe(0.1);
    expect(tail.has('2.05')).toBe(false);
    const svg = nullPlot(histogram);
    expect(svg).toContain('measured, 100 readings');
    expect(svg).not.toMatch(/NaN|undefined/);
  });
});
