import { describe, expect, it } from 'vitest';
import { largestLow, MersenneTwister, roughness, steepSums } from '../../src/core/index.js';
import type { ChromaReading } from '../../src/core/index.js';

const random = new MersenneTwister(18);
const noise = (length: number): Float32Array =>
  Float32Array.from({ length }, () => Math.round(255 * random.nextDouble()));

/** Mostly dark, a tenth white: what stands out is clipped. */
const sparse = (length: number): Float32Array =>
  noise(length).map((value) => (value > 230 ? 255 : value % 20));

/** Widths with every remainder of four; the smallest have no inner sample, or one. */
const SIZES = [
  [1, 1],
  [3, 3],
  [4, 9],
  [5, 2],
  [17, 12],
  [18, 11],
  [31, 20],
] as const;

describe('kernels of derivatives', () => {
  it.each(SIZES)('roughness of %i x %i samples', (width, height) => {
    const data = sparse(width * height);
    const at = (x: number, y: number): number => data[y * width + x]!;
    const wanted = Array.from(data, (value, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      if (x === 0 || y === 0 || x >= width - 1 || y >= height - 1) return 0;
      const around = at(x - 1, y) + at(x + 1, y) + at(x, y - 1) + at(x, y + 1);
      return (
        Math.abs(4 * value - around) +
        Math.abs(at(x + 1, y) - value) +
        Math.abs(at(x, y + 1) - value)
      );
    });
    const inner = Math.max(1, (width - 2) * (height - 2));
    const most = (4 * wanted.reduce((sum, value) => sum + value, 0)) / inner;
    if (inner > 20) expect(Math.max(...wanted)).toBeGreaterThan(most);
    const out = new Float32Array(data.length).fill(7);
    roughness(data, width, height, out);
    out.forEach((value, i) => expect(value).toBeCloseTo(Math.min(wanted[i]!, most), 3));
  });

  it.each(SIZES.filter(([width, height]) => width > 2 && height > 2))(
    'sums of second derivatives over lines of %i x %i samples',
    (width, height) => {
      const data = sparse(width * height);
      for (const along of ['rows', 'columns'] as const) {
        const step = along === 'rows' ? 1 : width;
        const steep = (i: number): number =>
          Math.abs(2 * data[i]! - data[i - step]! - data[i + step]!);
        const inner = Array.from(data.keys()).filter((i) => {
          const [x, y] = [i % width, Math.floor(i / width)];
          return x > 0 && y > 0 && x < width - 1 && y < height - 1;
        });
        const looked = inner.filter((i) => Math.floor(i / width) % 8 === 1);
        const most = (2 * looked.reduce((sum, i) => sum + steep(i), 0)) / looked.length;
        if (inner.length > 20) expect(Math.max(...inner.map(steep))).toBeGreaterThan(most);
        const wanted = new Float64Array((along === 'rows' ? width : height) - 2);
        for (const i of inner) {
          wanted[(along === 'rows' ? i % width : Math.floor(i / width)) - 1]! += Math.min(
            steep(i),
            most,
          );
        }
        const found = steepSums(data, width, height, along);
        expect(found).toHaveLength(wanted.length);
        found.forEach((sum, k) => expect(sum).toBeCloseTo(wanted[k]!, 2));
      }
    },
  );
});

describe('the kernel of dwtDct marks', () => {
  const READINGS: ChromaReading[] = [
    { swapped: false, arithmetic: 'bytes' },
    { swapped: true, arithmetic: 'bytes' },
    { swapped: false, arithmetic: 'floats' },
    { swapped: true, arithmetic: 'floats' },
  ];

  it.each([
    [3, 8],
    [3, 29],
    [3, 7],
    [4, 24],
    [4, 29],
  ])(
    'finds the largest coefficient of %i channels, %i pixels across, to the bit',
    (channels, width) => {
      const rows = Uint8Array.from(noise(8 * width * channels));
      const columns = Math.floor(width / 8);
      const chroma = (x: number, y: number, { swapped, arithmetic }: ChromaReading): number => {
        const at = (y * width + x) * channels;
        const [red, green, blue] = [
          rows[at + (swapped ? 2 : 0)]!,
          rows[at + 1]!,
          rows[at + (swapped ? 0 : 2)]!,
        ];
        if (arithmetic === 'floats') {
          return (blue - (blue * 0.114 + green * 0.587 + red * 0.299)) * 0.492 + 0.5;
        }
        const luma = (blue * 1868 + green * 9617 + red * 4899 + 8192) >> 14;
        return ((blue - luma) * 8061 + (128 << 14) + 8192) >> 14;
      };
      const haar = (a: number, b: number): number => Math.SQRT1_2 * a + Math.SQRT1_2 * b;
      const wanted = READINGS.flatMap((reading) =>
        Array.from({ length: columns }, (_, column) => {
          const magnitudes = Array.from({ length: 16 }, (_, k) => {
            const [x, y] = [8 * column + 2 * (k & 3), 2 * (k >> 2)];
            const side = (i: number): number =>
              haar(chroma(x + i, y, reading), chroma(x + i, y + 1, reading));
            return Math.abs(haar(side(0), side(1)));
          });
          return Math.max(...magnitudes.slice(1));
        }),
      );
      expect([...largestLow(rows, channels, columns, READINGS)]).toEqual(wanted);
    },
  );
});
