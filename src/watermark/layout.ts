/**
 * Where the mark lives. Lengths are in canonical pixels: the image scaled so that its short side is
 * 512. A tile is T = 128 of them. Two layers of harmonics:
 *   fine    multiples of 1/T, radius 13..29 cycles per T (periods 9.8..4.4 px)
 *   coarse  multiples of 1/(2T), radius 6..26 cycles per 2T (periods 43..9.8 px)
 * Each layer alone carries all 512 code bits. Some fine places are left to the template: louder lines
 * whose constellation gives rotation and scale away. Pilots (known signs) give the shift. Everything here is the same for all keys and images.
 */
import { MersenneTwister } from '../core/index.js';
import { CODE_LENGTH } from './polar.js';

export const CANONICAL_SIDE = 512;
const TILE = 128;
/** All lines repeat after this many canonical pixels. */
export const PERIOD = 2 * TILE;

export const LAYERS = ['coarse', 'fine'] as const;
export type LayerName = (typeof LAYERS)[number];

/** Carriers of one layer; `u`, `v` are cycles per PERIOD along x and y (a half plane). */
export interface Carriers {
  readonly u: Int16Array;
  readonly v: Int16Array;
  readonly phase: Float64Array;
  /** Code bit of each data carrier, -1 for a pilot. */
  readonly bit: Int16Array;
  /** Sign of a pilot; index into the key's signs for data. */
  readonly pilot: Int8Array;
  readonly signIndex: Int16Array;
  /** Ring (class of weight) of each carrier, by radius. */
  readonly ring: Uint8Array;
}

export interface Layout {
  readonly coarse: Carriers;
  readonly fine: Carriers;
  /** Data carriers over both layers. */
  readonly dataCount: number;
  readonly template: readonly { u: number; v: number }[];
}

/** Cycles per PERIOD. */
export const FINE_RADIUS = { min: 26, max: 58 };
const COARSE_RADIUS = { min: 6, max: 26 };
const TEMPLATE_LINES = 16;
/** Where a mark stands out most over both the image's own noise and that of a lossy codec. */
const TEMPLATE_RADIUS = { min: 27, max: 46 };
const FINE_DATA = 832;
const COARSE_DATA = 704;
export const RINGS = 8;

export const LAYOUT: Layout = createLayout();

/** Ring of a radius in cycles per PERIOD, 0..RINGS-1 within its layer. */
function ringOf(layer: LayerName, radius: number): number {
  const { min, max } = layer === 'fine' ? FINE_RADIUS : COARSE_RADIUS;
  const ring = Math.floor(((radius - min) / (max - min)) * RINGS);
  return Math.min(RINGS - 1, Math.max(0, ring));
}

function createLayout(): Layout {
  const random = new MersenneTwister(0x1a9b3c5d);
  const template = chooseTemplate(random);
  const taken = new Set(template.map(({ u, v }) => `${u},${v}`));
  const coarse = halfPlane(COARSE_RADIUS.min, COARSE_RADIUS.max, 1);
  const fine = halfPlane(FINE_RADIUS.min, FINE_RADIUS.max, 2).filter(
    ({ u, v }) => !taken.has(`${u},${v}`),
  );
  let signs = 0;
  const make = (layer: LayerName, places: { u: number; v: number }[], data: number): Carriers => {
    const made = assign(layer, places, data, random, signs);
    signs += data;
    return made;
  };
  return {
    coarse: make('coarse', coarse, COARSE_DATA),
    fine: make('fine', fine, FINE_DATA),
    dataCount: FINE_DATA + COARSE_DATA,
    template,
  };
}

function halfPlane(min: number, max: number, step: number): { u: number; v: number }[] {
  const places: { u: number; v: number }[] = [];
  const limit = Math.ceil(max / step) * step;
  for (let v = 0; v <= limit; v += step) {
    for (let u = -limit; u <= limit; u += step) {
      if (v === 0 && u <= 0) continue;
      const radius = Math.hypot(u, v);
      if (radius >= min && radius < max) places.push({ u, v });
    }
  }
  return places;
}

/** Lines spread in angle with jitter, so that no rotation maps them onto each other. */
function chooseTemplate(random: MersenneTwister): { u: number; v: number }[] {
  const places = halfPlane(TEMPLATE_RADIUS.min, TEMPLATE_RADIUS.max, 2);
  const chosen: { u: number; v: number }[] = [];
  for (let i = 0; i < TEMPLATE_LINES; i++) {
    const angle = ((i + 0.15 + 0.7 * random.nextDouble()) * Math.PI) / TEMPLATE_LINES;
    const area = random.nextDouble();
    const { min, max } = TEMPLATE_RADIUS;
    const radius = Math.sqrt(min * min + area * (max * max - min * min));
    let best = places[0]!;
    let bestDistance = Infinity;
    for (const place of places) {
      if (chosen.includes(place)) continue;
      const distance = Math.hypot(
        place.u - radius * Math.cos(angle),
        place.v - radius * Math.sin(angle),
      );
      if (distance < bestDistance) {
        bestDistance = distance;
        best = place;
      }
    }
    chosen.push(best);
  }
  return chosen;
}

/** Spread data over the places in random order; each code bit gets its turn before any repeats. */
function assign(
  layer: LayerName,
  places: { u: number; v: number }[],
  data: number,
  random: MersenneTwister,
  firstSign: number,
): Carriers {
  const count = places.length;
  const order = shuffled(count, random);
  const bits: number[] = [];
  while (bits.length < data) bits.push(...shuffled(CODE_LENGTH, random));
  const carriers: Carriers = {
    u: Int16Array.from(places, ({ u }) => u),
    v: Int16Array.from(places, ({ v }) => v),
    phase: Float64Array.from(places, () => 2 * Math.PI * random.nextDouble()),
    bit: new Int16Array(count).fill(-1),
    pilot: new Int8Array(count),
    signIndex: new Int16Array(count).fill(-1),
    ring: Uint8Array.from(places, ({ u, v }) => ringOf(layer, Math.hypot(u, v))),
  };
  order.forEach((place, i) => {
    if (i < data) {
      carriers.bit[place] = bits[i]!;
      carriers.signIndex[place] = firstSign + i;
    } else {
      carriers.pilot[place] = random.nextDouble() < 0.5 ? 1 : -1;
    }
  });
  return carriers;
}

function shuffled(count: number, random: MersenneTwister): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random.nextDouble() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}
