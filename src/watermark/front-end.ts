/**
 * What both sides look at: each layer's band-passed luma divided by its local deviation. Dividing
 * makes the host's noise even, so that flat parts count and edges do not drown them.
 */
import { bandVariance, whitened } from '../core/index.js';
import type { LayerName } from './layout.js';
import { copyPlane, createPlane, createScratchPlane, halveInto, type Plane } from './plane.js';

export interface LayerView {
  /** Normalised signal, clipped to +-CLIP. The coarse layer is sampled every second canonical pixel. */
  readonly signal: Plane;
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

const halved = createScratchPlane();

export type LayerViews = Record<LayerName, LayerView>;

/**
 * @param luma canonical luma (short side 512, see layout.ts).
 * @param make where each layer's samples are put.
 */
export function viewLayers(luma: Plane, make = FRESH): LayerViews {
  return { coarse: viewLayer('coarse', luma, make), fine: viewLayer('fine', luma, make) };
}

const FRESH = { coarse: createPlane, fine: createPlane };
const scratch = { coarse: createScratchPlane(), fine: createScratchPlane() };

/** `viewLayers` for one reading: the samples are valid until the next one. */
export const viewOnce = (luma: Plane): LayerViews => viewLayers(luma, scratch);

/** Views that stay valid. */
export function kept({ coarse, fine }: LayerViews): LayerViews {
  return { coarse: { signal: copyPlane(coarse.signal) }, fine: { signal: copyPlane(fine.signal) } };
}

function viewLayer(layer: LayerName, luma: Plane, make: typeof FRESH): LayerView {
  const { low, window } = SETTINGS[layer];
  return whiten(planeOf(layer, luma), low, window, make[layer]);
}

function planeOf(layer: LayerName, luma: Plane): Plane {
  if (layer === 'fine') return luma;
  return halveInto(luma, halved);
}

/** Local standard deviation of the band-passed luma of a layer, grey levels. */
export function layerDeviation(layer: LayerName, luma: Plane): Plane {
  const { width, height, data } = planeOf(layer, luma);
  const variance = bandVariance(data, width, height, SETTINGS[layer]);
  return { width, height, data: variance.map((value) => Math.sqrt(Math.max(0, value))) };
}

/**
 * @param low radius of the low-pass that is taken away, samples.
 * @param window radius of the square that the deviation is measured over, samples.
 * @param make where the samples are put; what it holds is overwritten.
 */
export function whiten(
  { width, height, data }: Plane,
  low: number,
  window: number,
  make = createPlane,
): LayerView {
  const signal = make(width, height);
  const how = { low, window, floor: NOISE * NOISE, clip: CLIP };
  whitened(data, width, height, how, signal.data);
  return { signal };
}
