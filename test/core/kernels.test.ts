import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import {
  bandVariance,
  fft2,
  foldedFft2,
  highOfFft2,
  levelledBytes,
  levelledFft2,
  MersenneTwister,
  mostZeros,
  pairSums,
  periodPowers,
  realFft2,
  TIED,
  turnSums,
  warped,
  whitened,
} from '../../src/core/index.js';
import { MODULE } from '../../src/core/kernels/module.js';
import { compileKernels } from '../../tools/kernels/compile.mjs';

const random = new MersenneTwister(8);
const noise = (length: number): Float32Array =>
  Float32Array.from({ length }, () => Math.round(255 * random.nextDouble()));
const clamp = (value: number, last: number): number => Math.min(last, Math.max(0, value));

/** Mean over a square, edges repeated across, then down. */
function boxMean(data: ArrayLike<number>, width: number, height: number, radius: number): number[] {
  const side = 2 * radius + 1;
  return Array.from({ length: width * height }, (_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    let sum = 0;
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        sum += data[clamp(y + dy, height - 1) * width + clamp(x + dx, width - 1)]!;
      }
    }
    return sum / side ** 2;
  });
}

/** Sizes with every remainder of four, and planes smaller than the squares. */
const SIZES = [
  [1, 1],
  [3, 9],
  [4, 2],
  [17, 12],
  [30, 21],
  [67, 11],
] as const;

describe('kernels', () => {
  it('are what their sources give', async () => {
    expect(MODULE).toBe(Buffer.from(await compileKernels()).toString('base64'));
  });

  it.each(SIZES)('whiten planes of %i x %i as written', (width, height) => {
    const data = noise(width * height);
    const mean = boxMean(boxMean(data, width, height, 3), width, height, 3);
    const band = mean.map((value, i) => data[i]! - value);
    const variance = boxMean(
      band.map((value) => value ** 2),
      width,
      height,
      2,
    );
    const how = { low: 3, window: 2 };
    bandVariance(data, width, height, how).forEach((value, i) => {
      expect(Math.abs(value - variance[i]!)).toBeLessThan(1e-4 * variance[i]! + 1e-3);
    });
    const white = new Float32Array(data.length);
    whitened(data, width, height, { ...how, floor: 1, clip: 1.5 }, white);
    white.forEach((value, i) => {
      const wanted = band[i]! / (variance[i]! + 1) ** 0.75;
      expect(value).toBeCloseTo(Math.min(1.5, Math.max(-1.5, wanted)), 3);
    });
  });

  it.each([
    [15, 15, 4],
    [23, 18, 1],
    [41, 40, 3],
  ])(
    'find the block with most small DCT coefficients in planes of %i x %i',
    (width, height, step) => {
      // Little contrast, so that some coefficients are near zero and none stands on the edge.
      const data = noise(width * height).map((value) => 100 + value / 128);
      const wave = (k: number, i: number): number => Math.cos(((2 * i + 1) * k * Math.PI) / 16) / 2;
      const zerosAt = (x: number, y: number): number => {
        let zeros = 0;
        for (const u of [1, 3, 5, 7]) {
          for (const v of [1, 3, 5, 7]) {
            let sum = 0;
            for (let j = 0; j < 64; j++) {
              sum += data[(y + (j >> 3)) * width + x + (j & 7)]! * wave(u, j & 7) * wave(v, j >> 3);
            }
            if (Math.abs(sum) < 0.5) zeros++;
          }
        }
        return zeros;
      };
      const zeros = Array.from({ length: (height - 7) * width }, (_, i) =>
        i % width <= width - 8 ? zerosAt(i % width, Math.floor(i / width)) : -1,
      );
      const { most, place } = mostZeros(data, width, height, step);
      let alone = 0;
      for (let row = 0; row * step <= height - 15; row++) {
        for (let x = 0; x <= width - 15; x++) {
          const counts = Array.from(
            { length: 64 },
            (_, i) => zeros[(row * step + (i >> 3)) * width + x + (i & 7)]!,
          );
          const best = Math.max(...counts);
          const several = counts.filter((count) => count === best).length > 1;
          const at = row * width + x;
          expect(most[at]).toBe(best);
          expect(place[at]! >= TIED).toBe(several);
          if (!several) expect(place[at]).toBe(counts.indexOf(best));
          if (!several) alone++;
        }
      }
      expect(alone).toBeGreaterThan(0);
    },
  );

  it.each([
    [1, 16],
    [5, 23],
    [3, 2041],
  ])('sum %i histograms of %i counts over periods', (histograms, bins) => {
    const counts = Uint32Array.from(noise(histograms * bins));
    const periods = [4, 5, 13, 16];
    const powers = periodPowers(counts, bins, periods);
    for (const [k, period] of periods.entries()) {
      for (let h = 0; h < histograms; h++) {
        let [re, im] = [0, 0];
        for (let i = 0; i < bins; i++) {
          re += counts[h * bins + i]! * Math.cos((2 * Math.PI * i) / period);
          im += counts[h * bins + i]! * Math.sin((2 * Math.PI * i) / period);
        }
        expect(powers[k]![h]! / (re * re + im * im)).toBeCloseTo(1, 6);
      }
    }
    expect(periodPowers(counts, bins, [])).toEqual([]);
  });

  it.each([2, 16, 128])('find what is high in both parts of a transform of %i rows', (size) => {
    const values = (): Float64Array => Float64Array.from(noise(size * size), (v) => v - 128);
    const [re, im] = [values(), values()];
    const whole = [re.slice(), im.slice()] as const;
    fft2(size, ...whole);
    const given = [re.slice(), im.slice()];
    const high = highOfFft2(size, re, im, 0.5, ['re', 'im']);
    expect([re, im]).toEqual(given);
    expect(highOfFft2(size, re, im, 0.5, ['im'])).toEqual([high[1]]);
    for (const [part, { places, values: found }] of high.entries()) {
      const least = 0.5 * Math.max(0, ...whole[part]!);
      const wanted = [...whole[part]!.keys()].filter((i) => whole[part]![i]! >= least);
      expect([...places]).toEqual(wanted);
      expect([...found]).toEqual(wanted.map((i) => whole[part]![i]!));
    }
  });

  it.each([
    [8, 8, true],
    [19, 5, false],
    [33, 27, true],
  ])('fold planes of %i x %i (with a mask: %s)', (width, height, masked) => {
    const data = noise(width * height);
    const inside = masked
      ? Uint8Array.from({ length: data.length }, () => +(random.nextDouble() < 0.7))
      : undefined;
    const means = Float64Array.from({ length: 64 }, (_, place) => {
      const members = [...data].filter((_, i) => {
        const [x, y] = [i % width, Math.floor(i / width)];
        return (y % 8) * 8 + (x % 8) === place && (inside?.[i] ?? 1) === 1;
      });
      return members.reduce((total, value) => total + value, 0) / Math.max(1, members.length);
    });
    const rows = Array.from({ length: 8 }, (_, y) => y);
    const fill = (y: number, row: Float64Array): void => row.set(means.subarray(8 * y, 8 * y + 8));
    const wanted = realFft2(8, rows, fill, 4);
    const found = foldedFft2(data, width, height, 8, 4, inside);
    expect(found.width).toBe(4);
    for (const part of ['re', 'im'] as const) {
      found[part].forEach((value, i) => expect(value).toBeCloseTo(wanted[part][i]!, 2));
    }
  });

  const MAPS = [
    [0.9, 0.2, -0.1, 1.1, 0.3, -0.4, 0.01, -0.005],
    [0.93, 0.21, -0.13, 1.07, 0.317, -0.429, 0, 0],
  ] as const;
  const planes = MAPS.flatMap((map) =>
    [...SIZES, [13, 9] as const].map(([width, height]) => ({ map, width, height })),
  );

  it.each(planes)('warp $width x $height by $map as one sample at a time', (plane) => {
    const { map, width, height } = plane;
    const data = noise(width * height);
    const read = (left: number, columns: number): number[][] => {
      const out = new Float32Array(columns * 7);
      const rectangle = { left, top: -2.5, width: columns, height: 7 };
      const inside = new Uint8Array(out.length).fill(7);
      warped(data, width, height, map, rectangle, out, inside);
      return [[...inside], [...out]];
    };
    // Four columns at a time, and those that are left over one by one: the same to the bit.
    const [mask, wide] = read(-3.5, 11);
    for (let column = 0; column < 11; column++) {
      const [alone, narrow] = read(column - 3.5, 1);
      expect(narrow).toEqual(wide!.filter((_, i) => i % 11 === column));
      expect(alone).toEqual(mask!.filter((_, i) => i % 11 === column));
    }
  });

  it.each(planes)('warp $width x $height by $map: bilinear, edges repeated', (plane) => {
    const { map, width, height } = plane;
    const data = noise(width * height);
    const [m0, m1, m2, m3, dx, dy, g, h] = map;
    const rectangle = { left: -3.5, top: -2, width: 21, height: 14 };
    const out = new Float32Array(rectangle.width * rectangle.height);
    const inside = new Uint8Array(out.length).fill(7);
    warped(data, width, height, map, rectangle, out, inside);
    out.forEach((value, i) => {
      const x = rectangle.left + (i % rectangle.width) + 0.5;
      const y = rectangle.top + Math.floor(i / rectangle.width) + 0.5;
      const depth = 1 + g * x + h * y;
      const [sx, sy] = [(m0 * x + m1 * y + dx) / depth - 0.5, (m2 * x + m3 * y + dy) / depth - 0.5];
      const [cx, cy] = [clamp(sx, width - 1), clamp(sy, height - 1)];
      const [x0, y0] = [Math.floor(cx), Math.floor(cy)];
      const at = (column: number, row: number): number =>
        data[clamp(row, height - 1) * width + clamp(column, width - 1)]!;
      const [u, v] = [cx - x0, cy - y0];
      const wanted =
        (1 - v) * ((1 - u) * at(x0, y0) + u * at(x0 + 1, y0)) +
        v * ((1 - u) * at(x0, y0 + 1) + u * at(x0 + 1, y0 + 1));
      expect(value).toBeCloseTo(wanted, 2);
      const near = sx > -0.6 && sy > -0.6 && sx < width - 0.4 && sy < height - 0.4;
      expect(inside[i]).toBe(near ? 1 : 0);
    });
  });

  it('sum a plane over every pair of two tables', () => {
    const [size, lines] = [32, 3];
    const plane = noise(size * size).map((value) => value / 7);
    const indices = (entries: number, factor: number): Int32Array =>
      Int32Array.from(
        { length: entries * lines },
        () => factor * Math.floor(size * random.nextDouble()),
      );
    const pairs = [
      { first: indices(4, 1), second: indices(5, size) },
      { first: indices(2, size), second: indices(6, 1) },
    ];
    const wanted = pairs.map(({ first, second }) => {
      const [firsts, seconds] = [first.length / lines, second.length / lines];
      return Float64Array.from({ length: firsts * seconds }, (_, at) => {
        const [p, q] = [Math.floor(at / seconds), at % seconds];
        let sum = 0;
        for (let i = 0; i < lines; i++) {
          sum += plane[first[p * lines + i]! + second[q * lines + i]!]!;
        }
        return sum;
      });
    });
    expect(pairSums(plane, lines, pairs)).toEqual(wanted);
  });

  it('sum a plane over places at every scale, plain and mirrored', () => {
    const [size, lines, turns] = [16, 5, 3];
    const plane = noise(size * size).map((value) => value / 7);
    const places = Float64Array.from({ length: 2 * lines * turns }, () => 20 * random.nextDouble());
    const scales = Float64Array.of(-1, 0.3, 0.77, 1.9);
    const bin = (value: number, scale: number): number =>
      Math.floor(value * scale + 64.5) & (size - 1);
    const wanted = Float64Array.from({ length: 2 * turns * scales.length }, (_, at) => {
      const turn = Math.floor(at / 2 / scales.length);
      const scale = scales[(at >> 1) % scales.length]!;
      let sum = 0;
      for (let i = turn * lines; i < (turn + 1) * lines; i++) {
        const x = bin(places[2 * i]!, scale);
        const row = size * bin(places[2 * i + 1]!, scale);
        sum += plane[row + (at % 2 === 0 ? x : -x & (size - 1))]!;
      }
      return sum;
    });
    expect(turnSums(plane, size, lines, places, scales, 64.5)).toEqual(wanted);
  });

  it('give the power of a spectrum over that of its surroundings', () => {
    const [size, radius, limit] = [16, 2, 3];
    const samples = noise(size * size);
    const rows = Array.from({ length: size }, (_, y) => y);
    const fill = (y: number, row: Float64Array): void =>
      row.set(samples.subarray(y * size, (y + 1) * size));
    const { re, im, width } = realFft2(size, rows, fill);
    // Room for more than is needed, and full of what was there before.
    const room = new Uint8Array(levelledBytes(size) + 100).fill(0xa5);
    const found = levelledFft2(size, rows, fill, { radius, limit }, room.buffer);
    expect(room.subarray(levelledBytes(size))).toEqual(new Uint8Array(100).fill(0xa5));
    expect(found.width).toBe(width);
    expect([...found.values]).toEqual([...re].flatMap((real, i) => [real, im[i]!]));
    const wrap = (value: number): number => value & (size - 1);
    const power = (x: number, y: number): number => {
      const at = wrap(x) < width ? wrap(y) * width + wrap(x) : wrap(-y) * width + wrap(-x);
      return re[at]! ** 2 + im[at]! ** 2;
    };
    for (let y = 0; y < size; y++) {
      for (let x = 0; x < size; x++) {
        let mean = 0;
        for (let i = 0; i < (2 * radius + 1) ** 2; i++) {
          const [dx, dy] = [i % (2 * radius + 1), Math.floor(i / (2 * radius + 1))];
          mean += power(x + dx - radius, y + dy - radius) / (2 * radius + 1) ** 2;
        }
        const wanted = Math.min(limit, power(x, y) / mean);
        expect(found.power[y * size + x]).toBeCloseTo(wanted, 4);
        if (x < width) expect(found.scale[y * width + x]! * Math.sqrt(mean)).toBeCloseTo(1, 4);
      }
    }
  });
});
