/** What the data of one payload looks like to a reader: the pattern to multiply an image's signal with. */
import { LAYERS, LAYOUT, type LayerName } from './layout.js';
import { encodePayload } from './payload.js';
import type { View } from './view.js';
import { pilotWeights } from './soft-decode.js';
import { createTile } from './tile.js';

/** One period of each layer's pattern (tile.ts). */
export type Tiles = Record<LayerName, Float32Array>;

/**
 * Every data line with the sign that payload and key give it and the weight that the decoder gave it in
 * this view: noisy lines speak softly, lines that an edit removed not at all. Pilots and template are left out, since
 * they stand in every mark whatever it says.
 */
export function matchedTiles(view: View, payload: string, signs: Int8Array): Tiles {
  const code = encodePayload(payload);
  const tiles = LAYERS.map((layer) => {
    const { signIndex, bit, ring } = LAYOUT[layer];
    const reading = view.readings[layer];
    const weights = pilotWeights(layer, reading, view.shift);
    const amplitudes = Float64Array.from(signIndex, (index, k) => {
      if (index < 0) return 0;
      const sign = code[bit[k]!] ? -signs[index]! : signs[index]!;
      return (sign * weights[ring[k]!]!) / Math.sqrt(reading.noise[k]! / 2);
    });
    return [layer, createTile(layer, amplitudes)] as const;
  });
  return Object.fromEntries(tiles) as Tiles;
}
