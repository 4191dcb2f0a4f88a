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
  const unit = (spectrum.size * pitch) / PERIOD;
  const re = new Float64Array(PILOTS.count);
  const im = new Float64Array(PILOTS.count);
  const value = new Float64Array(2);
  let energy = 0;
  for (let k = 0; k < PILOTS.count; k++) {
    const u = PILOTS.u[k]!;
    const v = PILOTS.v[k]!;
    valueAt(spectrum, (m[0] * u + m[2] * v) * unit, (m[1] * u + m[3] * v) * unit, value);
    const a = value[0]!;
    const b = value[1]!;
    const square = a * a + b * b;
    const limit = square > LIMIT * LIMIT ? LIMIT / Math.sqrt(square) : 1;
    const c = PILOTS.cos[k]! * limit;
    const s = PILOTS.sin[k]! * limit;
    re[k] = a * c + b * s;
    im[k] = b * c - a * s;
    energy += square * limit * limit;
  }
  // A real part holds half of the energy.
  return { re, im, norm: Math.sqrt(energy / 2) + 1e-12 };
}

/** Entry u of a phase table stands at `2 * (u + PHASE_MIDDLE)`: cosine, then sine. */
export const PHASE_MIDDLE = FINE_RADIUS.max + 1;

/** exp(2 pi i u x / PERIOD) for every whole u that a carrier has. */
export function phaseTable(x: number): Float64Array {
  const table = new Float64Array(4 * PHASE_MIDDLE + 2);
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
