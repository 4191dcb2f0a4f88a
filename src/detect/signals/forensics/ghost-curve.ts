/**
 * JPEG ghosts (Farid, IEEE TIFS 2009): saving again at the quality that a picture, or a part of it, was once saved at
 * changes it less than the qualities around. In place of saving again, the error of quantising the DCT coefficients is
 * computed; the same error on blocks shifted by half a block says what a picture without that past would show.
 */
import type { BlockSpectra } from './block-dct.js';
import { LOW_MODES, lowSteps } from './block-dct.js';
import { ijgTable } from './ijg.js';

export const GHOST_QUALITIES: readonly number[] = [
  30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 85, 90, 95,
];

export interface GhostCurve {
  /** Error on the grid over error beside it, for each of `GHOST_QUALITIES`; about 1 without a past. */
  ratios: number[];
}

/** Sum of squared quantisation errors of each block, for each quality: `qualities * blocks`. */
export function ghostErrors(spectra: BlockSpectra, transposed: boolean): Float32Array {
  const { blocks, values } = spectra;
  const out = new Float32Array(GHOST_QUALITIES.length * blocks);
  for (const [index, quality] of GHOST_QUALITIES.entries()) {
    const steps = lowSteps(ijgTable(quality, 'luma'), transposed);
    const errors = out.subarray(index * blocks, (index + 1) * blocks);
    for (let mode = 0; mode < LOW_MODES.length; mode++) {
      addErrors(values.subarray(mode * blocks, (mode + 1) * blocks), steps[mode]!, errors);
    }
  }
  return out;
}

/** Adds the squared error of quantising each value by `step`. */
function addErrors(values: Float32Array, step: number, errors: Float32Array): void {
  const inverse = 1 / step;
  for (let i = 0; i < values.length; i++) {
    const scaled = values[i]! * inverse;
    const rest = (scaled - Math.floor(scaled + 0.5)) * step;
    errors[i]! += rest * rest;
  }
}

export function ghostCurve(
  aligned: BlockSpectra,
  shifted: BlockSpectra,
  transposed: boolean,
): GhostCurve | null {
  if (aligned.blocks < 64 || shifted.blocks < 64) return null;
  const own = meanErrors(aligned, transposed);
  const beside = meanErrors(shifted, transposed);
  return { ratios: own.map((error, i) => error / Math.max(beside[i]!, 1e-6)) };
}

/** Mean error of a block, for each quality. */
function meanErrors(spectra: BlockSpectra, transposed: boolean): number[] {
  const errors = ghostErrors(spectra, transposed);
  const means: number[] = [];
  for (let start = 0; start < errors.length; start += spectra.blocks) {
    let sum = 0;
    for (let i = start; i < start + spectra.blocks; i++) sum += errors[i]!;
    means.push(sum / spectra.blocks);
  }
  return means;
}

export interface Dip {
  quality: number;
  /** How far the ratio falls below the mean of its neighbours, 0..1. */
  depth: number;
}

/** Local minima of a curve, deepest first. */
export function dipsOf(ratios: readonly number[]): Dip[] {
  const dips: Dip[] = [];
  for (let i = 1; i < ratios.length - 1; i++) {
    const around = (ratios[i - 1]! + ratios[i + 1]!) / 2;
    if (ratios[i]! < ratios[i - 1]! && ratios[i]! < ratios[i + 1]!) {
      dips.push({ quality: GHOST_QUALITIES[i]!, depth: 1 - ratios[i]! / around });
    }
  }
  return dips.sort((a, b) => b.depth - a.depth);
}
