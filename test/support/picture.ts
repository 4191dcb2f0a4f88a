/** A picture with edges, gradients and texture, made from a seed: what a photograph asks of the codec. */
import type { Pixels } from '../../src/image/index.js';
import { createPixels } from '../../src/image/index.js';
import { MersenneTwister } from '../../src/core/index.js';

export function texturedPicture(width: number, height: number, seed = 1): Pixels {
  const random = new MersenneTwister(seed);
  const waves = Array.from({ length: 24 }, () => ({
    u: (random.nextDouble() - 0.5) * 0.6,
    v: (random.nextDouble() - 0.5) * 0.6,
    phase: random.nextDouble() * 2 * Math.PI,
    amplitude: 3 + 6 * random.nextDouble(),
  }));
  const pixels = createPixels(width, height, 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let value = 60 + (110 * x) / width + (x * y > (width * height) / 3 ? 40 : 0);
      for (const { u, v, phase, amplitude } of waves) {
        value += amplitude * Math.sin(u * x + v * y + phase);
      }
      value += (random.nextDouble() - 0.5) * 12;
      const at = (y * width + x) * 3;
      pixels.data[at] = value;
      pixels.data[at + 1] = value * 0.8 + 20;
      pixels.data[at + 2] = 220 - value * 0.6;
    }
  }
  return pixels;
}
