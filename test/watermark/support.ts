import { MersenneTwister } from '../../src/core/index.js';
import type { Pixels } from '../../src/image/index.js';

/** A picture made of a gradient, soft blobs and noise; `texture` 0 is nearly flat. */
export function syntheticImage(
  seed: number,
  width: number,
  height: number,
  texture = 1,
  channels: 3 | 4 = 3,
): Pixels {
  const random = new MersenneTwister(seed);
  const next = (): number => random.nextDouble();
  const data = new Uint8ClampedArray(width * height * channels);
  const base = [next(), next(), next()].map((v) => 60 + 130 * v);
  const slope = { x: 60 * (next() - 0.5), y: 60 * (next() - 0.5) };
  const blobs = Array.from({ length: 6 }, () => ({
    x: next() * width,
    y: next() * height,
    r: (0.05 + 0.2 * next()) * Math.min(width, height),
    colour: [next(), next(), next()].map((v) => 120 * (v - 0.5)),
  }));
  const wave = { x: 0.02 + 0.3 * next(), y: 0.02 + 0.3 * next() };
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += channels) {
      const shade =
        (slope.x * x) / width +
        (slope.y * y) / height +
        texture * (12 * Math.sin(x * wave.x) * Math.cos(y * wave.y) + 10 * (next() - 0.5));
      for (let c = 0; c < 3; c++) {
        let value = base[c]! + shade;
        for (const blob of blobs) {
          const d = Math.hypot(x - blob.x, y - blob.y) / blob.r;
          if (d < 1) value += blob.colour[c]! * (1 - d * d);
        }
        data[i + c] = value;
      }
      if (channels === 4) data[i + 3] = (x >> 5) % 3 === 0 ? 0 : 255;
    }
  }
  return { data, width, height, channels };
}

/** Payload number `i`. */
export function testPayload(i: number): string {
  const random = new MersenneTwister(1000 + i);
  return [random.nextUint32(), random.nextUint32()]
    .map((word) => word.toString(16).padStart(8, '0'))
    .join('');
}
