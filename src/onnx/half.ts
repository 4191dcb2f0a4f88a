/** Half precision (IEEE 754 binary16) as 16-bit patterns: Node 20 has no Float16Array. */

const bits = new Uint32Array(1);
const number = new Float32Array(bits.buffer);
let table: Float32Array | undefined;

/** Every half as a float: 256 KiB, made when first needed, and ten times as fast as computing each. */
function halfTable(): Float32Array {
  if (table !== undefined) return table;
  table = new Float32Array(0x10000);
  for (let h = 0; h < 0x10000; h++) {
    const sign = h & 0x8000 ? -1 : 1;
    const exponent = (h >> 10) & 0x1f;
    const fraction = h & 0x3ff;
    if (exponent === 0x1f) table[h] = fraction === 0 ? sign * Infinity : NaN;
    else if (exponent === 0) table[h] = sign * fraction * 2 ** -24;
    else table[h] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return table;
}

/** @param out receives `halves.length` values */
export function halvesToFloats(
  halves: Uint16Array,
  out: Float32Array = new Float32Array(halves.length),
): Float32Array {
  const floats = halfTable();
  for (let i = 0; i < halves.length; i++) out[i] = floats[halves[i]!]!;
  return out;
}

/** Rounded to nearest, ties to even; beyond 65504 infinite. */
export function floatsToHalves(
  values: ArrayLike<number>,
  out: Uint16Array = new Uint16Array(values.length),
): Uint16Array {
  for (let i = 0; i < values.length; i++) out[i] = toHalf(values[i]!);
  return out;
}

function toHalf(value: number): number {
  number[0] = value;
  const x = bits[0]!;
  const sign = (x >>> 16) & 0x8000;
  const magnitude = x & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 65520 and more round to infinity.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude < 0x38800000) {
    // Below the smallest normal half: units of 2^-24, which float32 arithmetic rounds as wanted.
    const units = Math.abs(number[0]) * 2 ** 24;
    const floor = Math.floor(units);
    const rest = units - floor;
    return sign | (floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0));
  }
  const rounded = magnitude + 0xfff + ((magnitude >>> 13) & 1);
  return sign | ((rounded - 0x38000000) >>> 13);
}
