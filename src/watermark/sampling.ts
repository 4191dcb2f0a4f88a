/**
 * How each layer is sampled by a reader: in what steps, from where, and where its lines stand once the samples are
 * folded over a number of periods and transformed.
 */
import { PERIOD, type LayerName } from './layout.js';

/** Canonical pixels between samples: the coarse layer is read at half the resolution. */
export const SPACING: Record<LayerName, number> = { coarse: 2, fine: 1 };

/** Canonical position of a plane's first sample, which lies half a sample inside of the edge. */
export function firstSample(layer: LayerName): number {
  return SPACING[layer] / 2;
}

/** Bins per cycle of PERIOD, where `samples` per axis are folded. */
export function binsPerCycle(layer: LayerName, samples: number): number {
  return (samples * SPACING[layer]) / PERIOD;
}

/** Phase of wave (u, v), in cycles per PERIOD, at the first sample of a plane. */
export function firstPhase(layer: LayerName, u: number, v: number): number {
  return (2 * Math.PI * firstSample(layer) * (u + v)) / PERIOD;
}
