/**
 * What both sides look at: each layer's band-passed luma divided by its local deviation. Dividing
 * makes the host's noise even, so that flat parts count and edges do not drown them.
 */
import { boxMean, createPlane, halve, type Plane } from './plane.js';
import { LAYERS, type LayerName } from './layout.js';

export interface LayerView {
  /** Normalised signal, clipped to +-CLIP. The coarse layer is sampled every second canonical pixel. */
  readonly signal: Plane;
  /** Local standard deviation of the band-passed luma, grey levels. */
  readonly deviation: Plane;
}

/** Per layer: radii of the low-pass and the deviation window (its own samples), noise floor. */
const SETTINGS: Record<LayerName, { low: number; window: number; floor: number }> = {
  coarse: { low: 5, window: 3, floor: 0.4 },
  fine: { low: 3, window: 2, floor: 0.4 },
};
const CLIP = 1.5;

/** @param luma canonical luma (short side 512, see layout.ts). */
export function viewLayers(luma: Plane): Record<LayerName, LayerView> {
  const views = LAYERS.map((layer) => [layer, viewLayer(layer, luma)] as const);
  return Object.fromEntries(views) as Record<LayerName, LayerView>;
}

function viewLayer(layer: LayerName, luma: Plane): LayerView {
  const { low, window, floor } = SETTINGS[layer];
  const plane = layer === 'coarse' ? halve(luma) : luma;
  const { width, height } = plane;
  const a = createPlane(width, height);
  const b = createPlane(width, height);
  const signal = createPlane(width, height);
  boxMean(plane, low, b, a);
  boxMean(b, low, signal, a);
  const band = signal.data;
  for (let i = 0; i < band.length; i++) {
    const value = plane.data[i]! - band[i]!;
    band[i] = value;
    b.data[i] = value * value;
  }
  const deviation = createPlane(width, height);
  boxMean(b, window, deviation, a);
  const std = deviation.data;
  for (let i = 0; i < band.length; i++) {
    const d = Math.sqrt(Math.max(0, std[i]!));
    std[i] = d;
    const value = band[i]! / (d + floor);
    band[i] = value > CLIP ? CLIP : value < -CLIP ? -CLIP : value;
  }
  return { signal, deviation };
}
