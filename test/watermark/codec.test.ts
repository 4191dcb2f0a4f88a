import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fft2, MersenneTwister } from '../../src/core/index.js';
import { crc8 } from '../../src/watermark/crc.js';
import { keySigns, PUBLIC_KEY, createWatermarkKey } from '../../src/watermark/key.js';
import { LAYOUT, LAYERS } from '../../src/watermark/layout.js';
import { createPolarCode } from '../../src/watermark/polar.js';
import { assertPayload, decodePayload, encodePayload } from '../../src/watermark/payload.js';
import { logPValueBound, requiredStatistic } from '../../src/watermark/statistic.js';

const payloads = fc.stringMatching(/^[0-9a-f]{16}$/);

function bitsOf(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(
    { length: bytes.length * 8 },
    (_, i) => (bytes[i >> 3]! >> (7 - (i & 7))) & 1,
  );
}

describe('CRC-8', () => {
  it('gives the catalogue check value of CRC-8/SMBUS', () => {
    expect(crc8(bitsOf(new TextEncoder().encode('123456789')))).toBe(0xf4);
  });
});

describe('payload code', () => {
  it('has 512 bits and comes back without noise', () => {
    fc.assert(
      fc.property(payloads, (payload) => {
        const code = encodePayload(payload);
        expect(code.length).toBe(512);
        expect(decodePayload(Float64Array.from(code, (bit) => 1 - 2 * bit))[0]).toBe(payload);
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  it('corrects any 60 wrong bits of 512 that a random draw picks', () => {
    const random = new MersenneTwister(5);
    for (let run = 0; run < 40; run++) {
      const llr = Float64Array.from(encodePayload('00ff00ff12345678'), (bit) => 1 - 2 * bit);
      const flipped = new Set<number>();
      while (flipped.size < 60) flipped.add(Math.floor(random.nextDouble() * 512));
      for (const i of flipped) llr[i] = -llr[i]!;
      expect(decodePayload(llr)).toContain('00ff00ff12345678');
    }
  });

  it('lives when a random half of the soft values is lost', () => {
    const code = encodePayload('0123456789abcdef');
    const random = new MersenneTwister(7);
    for (let run = 0; run < 20; run++) {
      const llr = Float64Array.from(code, (bit) => (random.nextDouble() < 0.5 ? 0 : 1 - 2 * bit));
      expect(decodePayload(llr)).toContain('0123456789abcdef');
    }
  });

  it('lists the code word that a search of all information bits finds closest, and lists it first', () => {
    // Eight information bits: few enough to try every word, and a list that holds them all.
    const code = createPolarCode(8, 256);
    const random = new MersenneTwister(8);
    const words = Array.from({ length: 256 }, (_, word) =>
      code.encode(Uint8Array.from({ length: 8 }, (_, i) => (word >> i) & 1)),
    );
    for (let run = 0; run < 20; run++) {
      const llr = Float64Array.from({ length: 512 }, () => random.nextDouble() - 0.5);
      const agreement = (word: Uint8Array): number =>
        llr.reduce((sum, value, i) => sum + (word[i] ? -value : value), 0);
      const listed = code.decode(llr).map((info) => agreement(code.encode(info)));
      expect(listed).toHaveLength(256);
      expect(listed).toEqual([...listed].sort((a, b) => b - a));
      expect(listed[0]).toBeCloseTo(Math.max(...words.map(agreement)), 9);
    }
  });

  it('gives nothing for noise that the bound would let through', () => {
    const random = new MersenneTwister(6);
    const needed = requiredStatistic(64, 1, 1e-9);
    let accepted = 0;
    for (let run = 0; run < 60; run++) {
      const llr = Float64Array.from({ length: 512 }, () => random.nextDouble() - 0.5);
      // Check bits only choose (12 of them, 32 candidates); what decides is how far a word agrees.
      for (const payload of decodePayload(llr)) {
        const code = encodePayload(payload);
        const sum = llr.reduce((total, value, i) => total + (code[i] ? -value : value), 0);
        if (sum / Math.hypot(...llr) >= needed) accepted++;
      }
    }
    expect(accepted).toBe(0);
  });

  it.each(['', 'xyz', '0123456789ABCDEF', '0123456789abcde', '0123456789abcdef0'])(
    'refuses %j',
    (value) => expect(() => assertPayload(value)).toThrow(RangeError),
  );
  it.each([undefined, null, 12, {}])('refuses %j as no string', (value) =>
    expect(() => assertPayload(value)).toThrow(TypeError),
  );
});

describe('FFT', () => {
  it.each([2, 8, 16])('of size %i agrees with the sum it stands for', (n) => {
    const random = new MersenneTwister(2);
    const re = Float64Array.from({ length: n * n }, () => random.nextDouble() - 0.5);
    const im = Float64Array.from({ length: n * n }, () => random.nextDouble());
    const [inputRe, inputIm] = [re.slice(), im.slice()];
    fft2(n, re, im);
    for (let k = 0; k < n * n; k++) {
      let [sumRe, sumIm] = [0, 0];
      for (let t = 0; t < n * n; t++) {
        const turns = (k % n) * (t % n) + Math.floor(k / n) * Math.floor(t / n);
        const [c, s] = [Math.cos((-2 * Math.PI * turns) / n), Math.sin((-2 * Math.PI * turns) / n)];
        sumRe += inputRe[t]! * c - inputIm[t]! * s;
        sumIm += inputRe[t]! * s + inputIm[t]! * c;
      }
      expect(re[k]).toBeCloseTo(sumRe, 11);
      expect(im[k]).toBeCloseTo(sumIm, 11);
    }
  });

  it('refuses a size that is no power of two', () => {
    expect(() => fft2(12, new Float64Array(144), new Float64Array(144))).toThrow(/power of two/);
  });

  it('finds a plane wave in two dimensions', () => {
    const n = 64;
    const re = Float64Array.from({ length: n * n }, (_, i) =>
      Math.cos((2 * Math.PI * (3 * (i % n) + 60 * Math.floor(i / n))) / n),
    );
    const im = new Float64Array(n * n);
    fft2(n, re, im);
    expect(re[60 * n + 3]).toBeCloseTo((n * n) / 2, 8);
    expect(re[4 * n + 61]).toBeCloseTo((n * n) / 2, 8);
    expect(re[3 * n + 3]).toBeCloseTo(0, 8);
  });
});

describe('layout', () => {
  it('gives every code bit a carrier in each layer, and every sign one carrier', () => {
    const used = new Set<number>();
    for (const layer of LAYERS) {
      const { bit, signIndex, pilot } = LAYOUT[layer];
      const bits = new Set([...bit].filter((b) => b >= 0));
      expect(bits.size).toBe(512);
      signIndex.forEach((index, k) => {
        expect(index < 0).toBe(pilot[k] !== 0);
        if (index >= 0) used.add(index);
      });
    }
    expect(used.size).toBe(LAYOUT.dataCount);
  });
});

describe('keys', () => {
  it('scramble differently and repeatably', () => {
    const other = createWatermarkKey('other', new Uint8Array(32).fill(7));
    const a = keySigns(PUBLIC_KEY, 1536);
    const b = keySigns(other, 1536);
    expect(keySigns(PUBLIC_KEY, 1536)).toEqual(a);
    const agreement = a.reduce((sum, sign, i) => sum + sign * b[i]!, 0);
    expect(Math.abs(agreement)).toBeLessThan(5 * Math.sqrt(1536));
  });
  it('are checked', () => {
    expect(() => createWatermarkKey('', new Uint8Array(32))).toThrow(RangeError);
    expect(() => createWatermarkKey('a b', new Uint8Array(32))).toThrow(RangeError);
    expect(() => createWatermarkKey('a', new Uint8Array(8))).toThrow(RangeError);
    expect(() => createWatermarkKey('a', 'secret' as never)).toThrow(TypeError);
  });
});

describe('the bound', () => {
  it('gives the thresholds of the published table', () => {
    expect(requiredStatistic(64, 1e4, 1e-9)).toBeCloseTo(12.19, 2);
    expect(requiredStatistic(32, 1e3, 1e-9)).toBeCloseTo(9.98, 2);
    expect(requiredStatistic(0, 1e4, 1e-9)).toBeCloseTo(7.74, 1);
  });
  it('turns back into the false-positive rate', () => {
    expect(logPValueBound(requiredStatistic(64, 10, 1e-9), 64, 10)).toBeCloseTo(Math.log(1e-9), 9);
    expect(logPValueBound(0, 64, 1)).toBe(0);
    expect(logPValueBound(NaN, 64, 1)).toBe(0);
  });
  it('holds for random signs (empirical tail below exp(-t^2/2))', () => {
    const random = new MersenneTwister(9);
    const weights = Float64Array.from({ length: 200 }, () => random.nextDouble() ** 3);
    const norm = Math.hypot(...weights);
    const runs = 4000;
    let above = 0;
    for (let run = 0; run < runs; run++) {
      let sum = 0;
      for (const weight of weights) sum += random.nextUint32() & 1 ? weight : -weight;
      if (sum / norm >= 2) above++;
    }
    expect(above / runs).toBeLessThan(Math.exp(-2));
  });
});
