/** The colour scale viridis of matplotlib (CC0): equal steps look equal, in print and to colour-blind eyes too. */
const STOPS = [
  [68, 1, 84],
  [72, 36, 117],
  [65, 68, 135],
  [53, 95, 141],
  [42, 120, 142],
  [33, 145, 140],
  [34, 168, 132],
  [68, 191, 112],
  [122, 209, 81],
  [189, 223, 38],
  [253, 231, 37],
] as const;

/** @param share 0 (dark violet) .. 1 (yellow); beyond, the ends. @returns R, G and B, 0..255. */
export function viridis(share: number): [number, number, number] {
  const place = Math.min(1, Math.max(0, share)) * (STOPS.length - 1);
  const low = Math.min(STOPS.length - 2, Math.floor(place));
  const [from, to] = [STOPS[low]!, STOPS[low + 1]!];
  const mix = (c: 0 | 1 | 2): number => from[c] + (to[c] - from[c]) * (place - low);
  return [mix(0), mix(1), mix(2)];
}
