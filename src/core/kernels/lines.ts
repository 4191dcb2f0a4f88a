/** Sums of a plane over many constellations of places; results are valid until the next call of any kernel. */
import { copyIn, doubles, kernels, memory, reserve } from './memory.js';

/** Two tables of indices, `lines` for each entry. */
export interface IndexPair {
  readonly first: Int32Array;
  readonly second: Int32Array;
}

/**
 * For each pair of tables, `sums[p * (entries of second) + q]`: the sum over i of `plane[first[p * lines + i] + second[q * lines + i]]`.
 */
export function pairSums(
  plane: Float32Array,
  lines: number,
  pairs: readonly IndexPair[],
): Float64Array[] {
  const run = kernels();
  const longest = (of: (pair: IndexPair) => number): number => Math.max(...pairs.map(of));
  const sums = ({ first, second }: IndexPair): number =>
    (first.length * second.length) / lines ** 2;
  const [samples, one, two, ...outs] = reserve([
    4 * plane.length,
    4 * longest(({ first }) => first.length),
    4 * longest(({ second }) => second.length),
    ...pairs.map((pair) => 8 * sums(pair)),
  ]) as [number, number, number, ...number[]];
  copyIn(samples, plane);
  return pairs.map((pair, i) => {
    const { first, second } = pair;
    new Int32Array(memory.buffer, one, first.length).set(first);
    new Int32Array(memory.buffer, two, second.length).set(second);
    run.pairSums(samples, one, first.length / lines, two, second.length / lines, lines, outs[i]!);
    return doubles(outs[i]!, sums(pair));
  });
}

/**
 * Sums of a square plane over constellations of places (x, y) at every scale: each place is scaled, `offset` is added, the
 * fraction cut off and the rest wrapped around.
 *
 * @param size of the plane, a power of two.
 * @param places pairs x, y: `lines` of them for each constellation.
 * @param offset makes every place positive.
 * @returns for constellation t and scale k, at `2 * (t * scales.length + k)`, the sum as it is and the sum with x mirrored.
 */
export function turnSums(
  plane: Float32Array,
  size: number,
  lines: number,
  places: Float64Array,
  scales: Float64Array,
  offset: number,
): Float64Array {
  const run = kernels();
  const turns = places.length / (2 * lines);
  const count = 2 * turns * scales.length;
  const [samples, from, steps, out] = reserve([
    4 * plane.length,
    8 * places.length,
    8 * scales.length,
    8 * count,
  ]) as [number, number, number, number];
  copyIn(samples, plane);
  doubles(from, places.length).set(places);
  doubles(steps, scales.length).set(scales);
  run.turnSums(samples, size, from, turns, lines, steps, scales.length, offset, out);
  return doubles(out, count);
}
