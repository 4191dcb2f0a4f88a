/**
 * Seeded randomness that other tools can reproduce.
 *
 * `MersenneTwister` is MT19937 (Matsumoto & Nishimura 1998) seeded as torch and NumPy's legacy
 * generator seed it (Knuth's multiplier, 1812433253).
 */
import { assertInteger } from './assert.js';

const N = 624;
const M = 397;
const MATRIX_A = 0x9908b0df;
/** Values that torch makes at once. */
const BLOCK = 16;

/** Source of uniform numbers in [0, 1). */
export type Rng = () => number;

export class MersenneTwister {
  readonly #state = new Uint32Array(N);
  #index = N;

  /** @param seed only its low 32 bits count, as in torch. */
  constructor(seed: number | bigint) {
    this.#state[0] = Number(BigInt.asUintN(32, BigInt(seed)));
    for (let i = 1; i < N; i++) {
      const previous = this.#state[i - 1]! ^ (this.#state[i - 1]! >>> 30);
      this.#state[i] = Math.imul(1812433253, previous) + i;
    }
  }

  /** The next 32 random bits, as an unsigned number. */
  nextUint32(): number {
    if (this.#index >= N) this.#refill();
    let y = this.#state[this.#index++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** Uniform in [0, 1) with 24 bits, as torch draws float32. */
  nextFloat(): number {
    return (this.nextUint32() & 0xffffff) / 0x1000000;
  }

  /** Uniform in [0, 1) with 53 bits, as torch draws float64. */
  nextDouble(): number {
    const high = this.nextUint32();
    const low = this.nextUint32();
    return ((high & 0x1fffff) * 0x100000000 + low) / 0x20000000000000;
  }

  #refill(): void {
    const state = this.#state;
    for (let i = 0; i < N; i++) {
      const y = (state[i]! & 0x80000000) | (state[(i + 1) % N]! & 0x7fffffff);
      state[i] = state[(i + M) % N]! ^ (y >>> 1) ^ (y & 1 ? MATRIX_A : 0);
    }
    this.#index = 0;
  }
}

/**
 * `torch.randn(count, generator=torch.Generator('cpu').manual_seed(seed))` to within 3 ulp.
 *
 * torch fills 16 or more values by drawing all uniforms first and then applying Box-Muller to
 * blocks of 16 (cosines in the first half, sines in the second); a remainder redraws the last 16.
 * Fewer than 16 values come one by one from 53-bit draws, with the sine of each pair kept for the
 * next call.
 */
export function torchRandn(seed: number | bigint, count: number): Float32Array {
  return createTorchNormals(seed)(count);
}

/** The next `count` values of unit normal noise. */
export type NormalSource = (count: number) => Float32Array;

/**
 * One `torch.Generator('cpu').manual_seed(seed)` that is asked for noise again and again: fewer than 16
 * values leave the sine of an unfinished pair to the next request of fewer than 16.
 */
export function createTorchNormals(seed: number | bigint): NormalSource {
  const generator = new MersenneTwister(seed);
  let leftOver: number | undefined;
  const next = (): number => {
    if (leftOver !== undefined) {
      const value = leftOver;
      leftOver = undefined;
      return value;
    }
    const u1 = generator.nextDouble();
    const u2 = generator.nextDouble();
    const radius = Math.sqrt(-2 * Math.log1p(-u2));
    leftOver = radius * Math.sin(2 * Math.PI * u1);
    return radius * Math.cos(2 * Math.PI * u1);
  };
  return (count) =>
    count < BLOCK ? Float32Array.from({ length: count }, next) : drawTorchNormals(generator, count);
}

/**
 * As `torchRandn`, from a generator that may already have been used.
 *
 * @throws RangeError for fewer than 16 values, which torch draws otherwise (`createTorchNormals`).
 */
export function drawTorchNormals(generator: MersenneTwister, count: number): Float32Array {
  assertInteger(count, 'count', BLOCK, 2 ** 32);
  const out = new Float32Array(count);
  for (let i = 0; i < count; i++) out[i] = generator.nextFloat();
  for (let start = 0; start + 16 <= count; start += 16) boxMuller16(out, start);
  if (count % 16 !== 0) {
    const start = count - 16;
    for (let i = start; i < count; i++) out[i] = generator.nextFloat();
    boxMuller16(out, start);
  }
  return out;
}

function boxMuller16(values: Float32Array, start: number): void {
  for (let i = start; i < start + 8; i++) {
    const radius = Math.fround(Math.sqrt(-2 * Math.log(Math.fround(1 - values[i]!))));
    const theta = Math.fround(2 * Math.PI * values[i + 8]!);
    values[i] = radius * Math.cos(theta);
    values[i + 8] = radius * Math.sin(theta);
  }
}
