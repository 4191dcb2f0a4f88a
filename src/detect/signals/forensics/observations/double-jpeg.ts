/** A JPEG that was compressed before, on the same grid. */
import { firstCompression } from '../double-quantisation.js';
import { nearestIjgQuality, ijgQuality } from '../ijg.js';
import { lumaTable } from '../jpeg-facts.js';
import { defineObservation, notApplicable } from '../observation.js';

/** Gain per block from which a first compression counts; the rate of false ones is in docs/forensics.md. */
const DOUBLE_GAIN = 0.5;

export const doubleJpeg = defineObservation({
  id: 'forensics.double-jpeg',
  where: 'pixels',
  explain:
    'Saved as JPEG at least twice: after an edit, an upload or a messenger. Most photographs on the web are. The estimate of the first quality assumes libjpeg tables; a first quality near the last one, or far above it, leaves no trace.',
  measure({ jpeg, fileGrid, exactSamples, aligned, shifted }) {
    if (jpeg === null || fileGrid === null) return notApplicable('Not a JPEG file');
    if (!exactSamples) {
      return notApplicable('Colours were converted on decoding, which bends the DCT histograms');
    }
    const table = lumaTable(jpeg);
    const last = ijgQuality(table, 'luma') ?? nearestIjgQuality(table);
    const found = firstCompression(aligned(), shifted(), table, fileGrid.transposed);
    if (found === null) return notApplicable('Fewer than 200 blocks with any texture');
    const gain = Math.round(1000 * found.gain) / 1000;
    const observed = found.gain >= DOUBLE_GAIN;
    return {
      status: observed ? 'observed' : 'not-observed',
      finding: observed
        ? `Compressed as JPEG before: DCT histograms fit a first quality of about ${found.firstQuality} before the last of ${last} (gain ${gain} a block)`
        : `DCT histograms fit a single compression (gain ${gain} a block, ${DOUBLE_GAIN} counts)`,
      measures: {
        gain,
        firstQuality: observed ? found.firstQuality : null,
        lastQuality: last,
        blocks: found.blocks,
      },
      log10FalseAlarms: null,
      regions: [],
    };
  },
});
