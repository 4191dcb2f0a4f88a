/** Carrier amplitudes -> one period of each layer's pattern. */
import { fft2 } from '../core/index.js';
import { LAYOUT, PERIOD, type LayerName } from './layout.js';

/** Samples per tile side; the coarse tile spans 256 canonical pixels, the fine one 128. */
export const TILE_SAMPLES = 256;

/** Canonical pixels between samples of a layer's tile. */
export function tileStep(layer: LayerName): number {
  return (layer === 'coarse' ? PERIOD : PERIOD / 2) / TILE_SAMPLES;
}

/**
 * @param amplitudes signed, one per carrier of the layer.
 * @param template amplitude and phase of the template's lines (fine layer only).
 */
export function createTile(
  layer: LayerName,
  amplitudes: Float64Array,
  template?: { amplitude: number; phases: Float64Array },
): Float32Array {
  const n = TILE_SAMPLES;
  const re = new Float64Array(n * n);
  const im = new Float64Array(n * n);
  const carriers = LAYOUT[layer];
  const divide = layer === 'coarse' ? 1 : 2;
  // The forward transform at the mirrored place gives exp(+i ...), whose real part is the pattern.
  const place = (u: number, v: number): number =>
    ((-v / divide) & (n - 1)) * n + ((-u / divide) & (n - 1));
  for (let k = 0; k < carriers.u.length; k++) {
    const index = place(carriers.u[k]!, carriers.v[k]!);
    re[index] = amplitudes[k]! * Math.cos(carriers.phase[k]!);
    im[index] = amplitudes[k]! * Math.sin(carriers.phase[k]!);
  }
  if (template) {
    LAYOUT.template.forEach(({ u, v }, i) => {
      const index = place(u, v);
      re[index] = template.amplitude * Math.cos(template.phases[i]!);
      im[index] = template.amplitude * Math.sin(template.phases[i]!);
    });
  }
  fft2(n, re, im);
  return Float32Array.from(re);
}
