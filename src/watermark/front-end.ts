/**
 * What both sides look at: each layer's band-passed luma divided by its local deviation. Dividing
 * makes the host's noise even, so that flat parts count and edges do not drown them.
 */
import { boxMean } from './box.js';
import { createPlane, halve, type Plane } from './plane.js';
import type { LayerName } from './layout.js';

export interface LayerView {
  /** Normalised signal, clipped to +-CLIP. The coarse layer is sampled every second canonical pixel. */
  readonly signal: Plane;
  /** Local standard deviation of the band-passed luma, grey levels. */
  readonly deviation: Plane;
}

/** Per layer: radii of the low-pass and the deviation window (its own samples). */
const SETTINGS: Record<LayerName, { low: number; window: number }> = {
  coarse: { low: 5, window: 3 },
  fine: { low: 3, window: 2 },
};
const CLIP = 1.5;
/**
 * Samples are divided by (deviation^2 + NOISE^2)^(3/4), grey levels. The power 1/2 would make all parts
 * equally loud; 1 would be best for a mark of even strength in undamaged pixels. Between them, quiet parts,
 * where the mark is heard best, speak louder, and what a codec left of them does not drown the rest.
 */
const NOISE = 1;

/** @param luma canonical luma (short side 512, see layout.ts). */
export function viewLayers(luma: Plane): Record<LayerName, LayerView> {
  return { coarse: viewLayer('coarse', luma), fine: viewLayer('fine', luma) };
}

function viewLayer(layer: LayerName, luma: Plane): LayerView {
  const { low, window } = SETTINGS[layer];
  return whiten(layer === 'coarse' ? halve(luma) : luma, low, window);
}

/**
 * @param low radius of the low-pass that is taken away, samples.
 * @param window radius of the square that the deviation is measured over, samples.
 */
export function whiten(plane: Plane, low: number, window: number): LayerView {
  const { width, height, data } = plane;
  const scratch = createPlane(width, height);
  const square = createPlane(width, height);
  const signal = createPlane(width, height);
  boxMean(plane, low, square, scratch);
  boxMean(square, low, signal, scratch);
  const band = signal.data;
  for (let i = 0; i < band.length; i++) {
    const value = data[i]! - band[i]!;
    band[i] = value;
    square.data[i] = value * value;
  }
  const variance = createPlane(width, height);
  boxMean(square, window, variance, scratch);
  for (let i = 0; i < band.length; i++) {
    const root = Math.sqrt(Math.max(0, variance.data[i]!) + NOISE * NOISE);
    const value = band[i]! / (root * Math.sqrt(root));
    band[i] = value > CLIP ? CLIP : value < -CLIP ? -CLIP : value;
  }
  return {
    signal,
    // Only an embedder asks for it.
    get deviation() {
      return { ...variance, data: variance.data.map((value) => Math.sqrt(Math.max(0, value))) };
    },
  };
}
