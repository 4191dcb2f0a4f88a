/** Pictures that the round-trip property runs over, from nearly flat to noisy, each from its number. */
import { MersenneTwister } from '../../src/core/index.js';
import type { Pixels } from '../../src/image/index.js';
import { syntheticImage, testPayload } from './support.js';

export interface RandomCase {
  /** What kind of picture it is, for the message of a failure. */
  readonly title: string;
  readonly image: Pixels;
  readonly payload: string;
}

/** Depth of the waves, and of noise that differs from pixel to pixel (grey levels either way). */
const KINDS = [
  { kind: 'nearly flat', texture: 0.02, noise: 0 },
  { kind: 'soft', texture: 0.3, noise: 1 },
  { kind: 'textured', texture: 1, noise: 0 },
  { kind: 'strongly textured', texture: 3, noise: 6 },
  { kind: 'noisy', texture: 0.5, noise: 40 },
] as const;

/** Sides of 256..520 pixels; one in four grey, one in four with transparent stripes. */
export function randomCase(seed: number): RandomCase {
  const random = new MersenneTwister(700_000 + seed);
  const side = (): number => 256 + Math.floor(265 * random.nextDouble());
  const [width, height] = [side(), side()];
  const { kind, texture, noise } = KINDS[seed % KINDS.length]!;
  const grey = random.nextDouble() < 0.25;
  const channels = random.nextDouble() < 0.25 ? 4 : 3;
  const image = syntheticImage(seed, width, height, texture, channels);
  const { data } = image;
  for (let i = 0; i < data.length; i += channels) {
    const value = noise * (2 * random.nextDouble() - 1);
    for (let c = 0; c < 3; c++)
      data[i + c] = (grey ? data[i]! : data[i + c]!) + (grey && c ? 0 : value);
  }
  const title = `${seed}: ${kind}, ${width}x${height}, ${channels} channels${grey ? ', grey' : ''}`;
  return { title, image, payload: testPayload(10_000 + seed) };
}
