/** Ghost map: how much quantising each block again at one quality changes it, over the mean of all blocks. */
import type { Pixels } from '../../../../image/index.js';
import { createPixels } from '../../../../image/index.js';
import type { BlockSpectra } from '../block-dct.js';
import { ghostErrors, GHOST_QUALITIES } from '../ghost-curve.js';

/** One pixel a block, dark = unchanged; blocks without texture are black. */
export function ghostPicture(
  spectra: BlockSpectra,
  quality: number,
  transposed: boolean,
  width: number,
  height: number,
): Pixels {
  const out = createPixels(Math.max(1, width >> 3), Math.max(1, height >> 3), 3);
  const index = Math.max(0, GHOST_QUALITIES.indexOf(quality));
  const errors = ghostErrors(spectra, transposed).subarray(
    index * spectra.blocks,
    (index + 1) * spectra.blocks,
  );
  const mean = errors.reduce((sum, error) => sum + error, 0) / Math.max(1, errors.length);
  errors.forEach((error, i) => {
    const x = Math.min(out.width - 1, spectra.x[i]! >> 3);
    const y = Math.min(out.height - 1, spectra.y[i]! >> 3);
    const at = (y * out.width + x) * 3;
    out.data.fill((128 * error) / (mean || 1), at, at + 3);
  });
  return out;
}
