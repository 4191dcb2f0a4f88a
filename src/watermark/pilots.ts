/** The carriers of known sign, read at any pose straight from a spectrum. */
import type { Matrix } from './homography.js';
import { FINE_RADIUS, LAYERS, LAYOUT, PERIOD } from './layout.js';
import { valueAt, type Spectrum } from './spectrum.js';

interface Pilots {
  readonly count: number;
  readonly u: Int16Array;
  readonly v: Int16Array;
  /** sign * exp(i phase). */
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

export const PILOTS = collectPilots();

function collectPilots(): Pilots {
  const all = LAYERS.flatMap((layer) => {
    const { u, v, phase, pilot } = LAYOUT[layer];
    return [...pilot.keys()]
      .filter((k) => pilot[k] !== 0)
      .map((k) => ({ u: u[k]!, v: v[k]!, phase: phase[k]!, sign: pilot[k]! }));
  });
  return {
    count: all.length,
    u: Int16Array.from(all, ({ u }) => u),
    v: Int16Array.from(all, ({ v }) => v),
    cos: Float64Array.from(all, ({ phase, sign }) => sign * Math.cos(phase)),
    sin: Float64Array.from(all, ({ phase, sign }) => sign * Math.sin(phase)),
  };
}

/** Where the tile's origin lies, canonical pixels modulo PERIOD; users say of what. */
export interface Shift {
  readonly x: number;
  readonly y: number;
}

/** Pilots with their phase and sign taken out: what is left turns with the shift alone. */
export interface PilotValues {
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Deviation of the sum of their real parts by chance. */
  readonly norm: number;
}

/** Amplitude over the noise beyond which a pilot counts no more: a loud line of the host. */
const LIMIT = 2;

export function readPilots(spectrum: Spectrum, pitch: number, m: Matrix): PilotValues {
  const { count, u, v } = PILOTS;
  const unit = (spectrum.size * pitch) / PERIOD;
  const values = { re: new Float64Array(count), im: new Float64Array(count) };
  const value = new Float64Array(2);
  let energy = 0;
  for (let k = 0; k < count; k++) {
    const [a, b] = [u[k]!, v[k]!];
    valueAt(spectrum, (m[0] * a + m[2] * b) * unit, (m[1] * a + m[3] * b) * unit, value);
    energy += put(values, k, value[0]!, value[1]!);
  }
  return { ...values, norm: normOf(energy) };
}

/** `readPilots` for a matrix, and for the same turned by 180 degrees, which has the conjugates. */
export function readPilotsBothWays(
  spectrum: Spectrum,
  pitch: number,
  m: Matrix,
): [PilotValues, PilotValues] {
  const { count, u, v } = PILOTS;
  const unit = (spectrum.size * pitch) / PERIOD;
  const plain = { re: new Float64Array(count), im: new Float64Array(count) };
  const opposite = { re: new Float64Array(count), im: new Float64Array(count) };
  const value = new Float64Array(2);
  let energy = 0;
  let oppositeEnergy = 0;
  for (let k = 0; k < count; k++) {
    const [a, b] = [u[k]!, v[k]!];
    const fx = (m[0] * a + m[2] * b) * unit;
    const fy = (m[1] * a + m[3] * b) * unit;
    valueAt(spectrum, fx, fy, value);
    energy += put(plain, k, value[0]!, value[1]!);
    // Along the edge of the half plane, both places are kept, and bins are told apart by rounding.
    if (fx === 0) valueAt(spectrum, fx, -fy, value);
    else value[1] = -value[1]!;
    oppositeEnergy += put(opposite, k, value[0]!, value[1]!);
  }
  return [
    { ...plain, norm: normOf(energy) },
    { ...opposite, norm: normOf(oppositeEnergy) },
  ];
}

/** Keeps one pilot, limited, its phase and sign taken out. @returns its energy. */
function put(to: Pick<PilotValues, 're' | 'im'>, k: number, a: number, b: number): number {
  const square = a * a + b * b;
  const limit = square > LIMIT * LIMIT ? LIMIT / Math.sqrt(square) : 1;
  const c = PILOTS.cos[k]! * limit;
  const s = PILOTS.sin[k]! * limit;
  to.re[k] = a * c + b * s;
  to.im[k] = b * c - a * s;
  return square * limit * limit;
}

/** A real part holds half of the energy. */
function normOf(energy: number): number {
  return Math.sqrt(energy / 2) + 1e-12;
}

/** Entry u of a phase table stands at `2 * (u + PHASE_MIDDLE)`: cosine, then sine. */
export const PHASE_MIDDLE = FINE_RADIUS.max + 1;

/** exp(2 pi i u x / PERIOD) for every whole u that a carrier has. */
export function phaseTable(x: number): Float64Array {
  return phasesInto(new Float64Array(4 * PHASE_MIDDLE + 2), x);
}

/** `phaseTable` written over another one. */
export function phasesInto(table: Float64Array, x: number): Float64Array {
  const c = Math.cos((2 * Math.PI * x) / PERIOD);
  const s = Math.sin((2 * Math.PI * x) / PERIOD);
  let re = 1;
  let im = 0;
  for (let u = 0; u <= PHASE_MIDDLE; u++) {
    const up = 2 * (PHASE_MIDDLE + u);
    const down = 2 * (PHASE_MIDDLE - u);
    table[up] = re;
    table[up + 1] = im;
    table[down] = re;
    table[down + 1] = -im;
    const next = re * c - im * s;
    im = re * s + im * c;
    re = next;
  }
  return table;
}
