/** Pictures of many megapixels, written row by row, cheap enough for tests. */
import { createPixels, type Pixels } from '../../src/image/index.js';

/** Slow waves, an edge and fine noise, the same for the same size. */
export function largePicture(width: number, height: number): Pixels {
  const pixels = createPixels(width, height, 3);
  const { data } = pixels;
  // Noise from a linear congruential generator (Numerical Recipes): quick, and good enough for texture.
  let state = 12345;
  const across = Float32Array.from({ length: width }, (_, x) => 25 * Math.sin((x * 40) / width));
  for (let y = 0, i = 0; y < height; y++) {
    const base = 110 + 30 * Math.cos((y * 25) / height);
    for (let x = 0; x < width; x++, i += 3) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      const value = base + across[x]! + (x + y > width ? 30 : 0) + (state >>> 28);
      data[i] = value;
      data[i + 1] = 0.9 * value;
      data[i + 2] = 200 - 0.5 * value;
    }
  }
  return pixels;
}
