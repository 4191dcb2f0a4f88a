/** docs/watermark.md says why a detection can be believed; its numbers and premises hold in the code. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { canonicalLuma } from '../../src/watermark/canonical.js';
import { createWatermarkKey, dataSigns } from '../../src/watermark/key.js';
import { LAYERS, LAYOUT } from '../../src/watermark/layout.js';
import { PAYLOAD_BITS } from '../../src/watermark/payload.js';
import { PILOTS } from '../../src/watermark/pilots.js';
import { payloadStatistic, readLayers, softValues } from '../../src/watermark/soft-decode.js';
import { logPValueBound, MAX_VIEWS, requiredStatistic } from '../../src/watermark/statistic.js';
import { syntheticImage, testPayload } from './support.js';

const PAGE = readFileSync(new URL('../../docs/watermark.md', import.meta.url), 'utf8');

/** Cells of the rows whose first cell is in `names`, of the table that `heading` stands in. */
function rowsAfter(heading: string): string[][] {
  const start = PAGE.indexOf(heading);
  expect(start, `${heading} in docs/watermark.md`).toBeGreaterThan(0);
  const lines = PAGE.slice(start).split('\n');
  const end = lines.findIndex((line, i) => i > 0 && !line.startsWith('|'));
  return lines.slice(2, end).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe('the numbers of docs/watermark.md', () => {
  it('thresholds are those of requiredStatistic', () => {
    const rows = rowsAfter('| reading | payload bits | views | keys | bound | x at least |');
    expect(rows.length).toBeGreaterThanOrEqual(4);
    for (const [reading, bits, views, keys, bound, x] of rows) {
      expect(Number(views), reading).toBe(MAX_VIEWS);
      const needed = requiredStatistic(Number(bits), MAX_VIEWS * Number(keys), Number(bound));
      expect(Number(x), reading).toBe(Number(needed.toFixed(2)));
    }
    expect(rows[0]!.slice(1)).toEqual([`${PAYLOAD_BITS}`, '128', '1', '1e-9', '11.83']);
  });

  it('p-values of the examples are those of logPValueBound', () => {
    const rows = rowsAfter('| x | blind | payload known |');
    expect(rows.length).toBeGreaterThanOrEqual(4);
    for (const [x, blind, known] of rows) {
      const bound = (bits: number): string => {
        const exponent = logPValueBound(Number(x), bits, MAX_VIEWS) / Math.LN10;
        return exponent === 0 ? '1' : `10^${exponent.toFixed(1)}`;
      };
      expect([blind, known], `x = ${x}`).toEqual([bound(PAYLOAD_BITS), bound(0)]);
    }
  });

  it('counts of carriers are those of the layout', () => {
    const data = LAYOUT.dataCount.toLocaleString('en-US');
    const lines = LAYOUT.template.length;
    expect(PAGE.includes(`${data} data carriers, ${PILOTS.count} pilots`)).toBe(true);
    expect(PAGE.includes(`${lines} louder lines`)).toBe(true);
  });
});

describe('the premise of the bound', () => {
  it('signs of keys are random to an image: x stays below the bound over 3,000 keys', () => {
    const image = syntheticImage(70, 400, 300);
    const soft = softValues(readLayers(canonicalLuma(image)), { x: 0, y: 0 });
    const payload = testPayload(70);
    const runs = 3000;
    const values = Array.from({ length: runs }, (_, i) => {
      const secret = new Uint8Array(16);
      new DataView(secret.buffer).setUint32(0, i);
      return payloadStatistic(soft, dataSigns(createWatermarkKey(`k${i}`, secret)), payload);
    });
    const mean = values.reduce((sum, x) => sum + x, 0) / runs;
    const power = values.reduce((sum, x) => sum + x * x, 0) / runs;
    expect(Math.abs(mean)).toBeLessThan(5 / Math.sqrt(runs));
    expect(Math.abs(power - 1)).toBeLessThan(5 * Math.sqrt(2 / runs));
    for (const t of [1.5, 2, 2.5, 3]) {
      const above = values.filter((x) => x >= t).length / runs;
      expect(above, `P(x >= ${t})`).toBeLessThanOrEqual(Math.exp(-(t * t) / 2));
    }
  });

  it('every data carrier has a sign of its own', () => {
    const indices = LAYERS.flatMap((layer) => [...LAYOUT[layer].signIndex].filter((i) => i >= 0));
    expect(indices.sort((a, b) => a - b)).toEqual(
      Array.from({ length: LAYOUT.dataCount }, (_, i) => i),
    );
  });

  it('soft values do not change when the signs of all data are turned round, but in sign', () => {
    const readings = readLayers(canonicalLuma(syntheticImage(71, 400, 300)));
    const turned = structuredClone(readings);
    for (const layer of LAYERS) {
      LAYOUT[layer].signIndex.forEach((index, k) => {
        if (index < 0) return;
        turned[layer].re[k] = -turned[layer].re[k]!;
        turned[layer].im[k] = -turned[layer].im[k]!;
      });
    }
    const shift = { x: 3, y: 5 };
    const before = softValues(readings, shift).values;
    expect(softValues(turned, shift).values).toEqual(before.map((value) => -value));
  });
});
