/**
 * Where each part of a warped picture really lies: parts are folded on their own and their pilots asked.
 * What the parts say together corrects the map that the whole was read through.
 */
import { copyRow, realFft2, type HalfSpectrum } from '../core/index.js';
import type { LayerViews } from './front-end.js';
import { FINE_RADIUS, LAYOUT, LAYERS, type LayerName } from './layout.js';
import { PILOTS, type PilotValues } from './pilots.js';
import type { Plane } from './plane.js';
import { binsPerCycle, firstPhase, SPACING } from './sampling.js';

/** Samples folded per axis and layer: one period of its lines. */
const FOLD = 128;
/** Columns of a fold's spectrum that carriers stand in. */
const COLUMNS = FINE_RADIUS.max / 2 + 1;

/** Where the pilots of a layer are found in a fold's spectrum. */
const PLACES = Object.fromEntries(LAYERS.map((layer) => [layer, placesOf(layer)])) as Record<
  LayerName,
  ReturnType<typeof placesOf>
>;

function placesOf(layer: LayerName) {
  const { u, v, phase, pilot } = LAYOUT[layer];
  const bins = binsPerCycle(layer, FOLD);
  const carrier = Int32Array.from([...pilot.keys()].filter((k) => pilot[k] !== 0));
  // The spectrum holds no negative columns; a real signal has the conjugate at the opposite place.
  const side = Int8Array.from(carrier, (k) => (u[k]! < 0 ? -1 : 1));
  const index = Int32Array.from(
    carrier,
    (k, i) => ((side[i]! * v[k]! * bins) & (FOLD - 1)) * COLUMNS + Math.abs(u[k]!) * bins,
  );
  const turn = (k: number): number => phase[k]! + firstPhase(layer, u[k]!, v[k]!);
  return {
    carrier,
    index,
    side,
    cos: Float64Array.from(carrier, (k) => pilot[k]! * Math.cos(turn(k))),
    sin: Float64Array.from(carrier, (k) => pilot[k]! * Math.sin(turn(k))),
  };
}

export interface Block {
  /** Canonical pixels from the warped picture's corner. */
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** `count` x `count` overlapping blocks that cover a picture, each `share` of its sides. */
export function blocksOf(width: number, height: number, count: number, share: number): Block[] {
  const w = Math.floor((width * share) / 2) * 2;
  const h = Math.floor((height * share) / 2) * 2;
  const at = (i: number, room: number): number => 2 * Math.round((i * room) / (count - 1) / 2);
  return Array.from({ length: count * count }, (_, i) => ({
    left: at(i % count, width - w),
    top: at(Math.floor(i / count), height - h),
    width: w,
    height: h,
  }));
}

/**
 * Pilots of one block, phases referred to the warped picture's corner.
 *
 * @param noise of every carrier of a layer, as the whole picture's reading tells.
 */
export function blockPilots(
  views: LayerViews,
  noise: Record<LayerName, Float64Array>,
  block: Block,
): PilotValues {
  const re = new Float64Array(PILOTS.count);
  const im = new Float64Array(PILOTS.count);
  let energy = 0;
  let at = 0;
  for (const layer of LAYERS) {
    const spectrum = fold(views[layer].signal, block, SPACING[layer]);
    const { carrier, index, side, cos, sin } = PLACES[layer];
    for (let k = 0; k < carrier.length; k++, at++) {
      const scale = 1 / Math.sqrt(noise[layer][carrier[k]!]!);
      const real = scale * spectrum.re[index[k]!]!;
      const imaginary = scale * side[k]! * spectrum.im[index[k]!]!;
      re[at] = real * cos[k]! + imaginary * sin[k]!;
      im[at] = imaginary * cos[k]! - real * sin[k]!;
      energy += real * real + imaginary * imaginary;
    }
  }
  return { re, im, norm: Math.sqrt(energy / 2) + 1e-12 };
}

// Dead when `fold` returns.
const foldSums = new Float64Array(FOLD * FOLD);
const ROWS = [...new Array(FOLD).keys()];
const fillRow = copyRow.bind(null, foldSums, FOLD);

function fold(signal: Plane, block: Block, spacing: number): HalfSpectrum {
  const sums = foldSums.fill(0);
  const left = block.left / spacing;
  const top = block.top / spacing;
  const right = Math.min(signal.width, left + block.width / spacing);
  const bottom = Math.min(signal.height, top + block.height / spacing);
  for (let y = top; y < bottom; y++) {
    const row = (y & (FOLD - 1)) * FOLD;
    const from = y * signal.width;
    // Runs that are not wrapped.
    for (let x = left; x < right;) {
      const end = Math.min(right, (x | (FOLD - 1)) + 1);
      for (let at = row + (x & (FOLD - 1)); x < end; x++, at++) {
        sums[at] = sums[at]! + signal.data[from + x]!;
      }
    }
  }
  return realFft2(FOLD, ROWS, fillRow, COLUMNS);
}
