/**
 * Near fingerprints by index (multi-index hashing: Norouzi, Punjani and Fleet, CVPR 2012). 256 bits are 16 bands of 16.
 * Two hashes that differ in at most 31 bits differ in at most one bit in some band, since 16 bands with two each would
 * make 32. So whoever looks up each band of a hash, and its 16 neighbours at one bit, meets every such hash.
 */
export const BANDS = 16;
const BAND_BITS = 16;
/** What the lookup guarantees; also the distance within which PDQ's authors call two pictures the same. */
export const MAX_RADIUS = 2 * BANDS - 1;
/** Within it some band is equal, and its neighbours need not be asked for. */
const EXACT_RADIUS = BANDS - 1;

/** Column of band `index`. */
export const BAND_NAMES = [
  'b0', 'b1', 'b2', 'b3', 'b4', 'b5', 'b6', 'b7',
  'b8', 'b9', 'b10', 'b11', 'b12', 'b13', 'b14', 'b15',
] as const; // prettier-ignore
export type BandName = (typeof BAND_NAMES)[number];

/** As a signed 16-bit number, which PostgreSQL keeps in two bytes. */
function band(hash: string, index: number): number {
  const digits = BAND_BITS / 4;
  return (parseInt(hash.slice(index * digits, (index + 1) * digits), 16) << 16) >> 16;
}

export function bandsOf(hash: string): Record<BandName, number> {
  const values = BAND_NAMES.map((name, index) => [name, band(hash, index)] as const);
  return Object.fromEntries(values) as Record<BandName, number>;
}

/** For each band the values to look up. */
export function probesOf(hash: string, radius: number): [BandName, number[]][] {
  return BAND_NAMES.map((name, index) => {
    const value = band(hash, index);
    const probes = [value];
    if (radius > EXACT_RADIUS) {
      for (let bit = 0; bit < BAND_BITS; bit++) probes.push(((value ^ (1 << bit)) << 16) >> 16);
    }
    return [name, probes];
  });
}

const ONES = Uint8Array.from({ length: 256 }, (_, byte) => {
  let count = 0;
  for (let bits = byte; bits !== 0; bits &= bits - 1) count++;
  return count;
});

/** Differing bits. */
export function bytesDistance(a: Uint8Array, b: Uint8Array): number {
  let distance = 0;
  for (let i = 0; i < a.length; i++) distance += ONES[a[i]! ^ b[i]!]!;
  return distance;
}
