/** JPEG ghost of the whole picture; the map is a picture of the HTML report. */
import { dipsOf, ghostCurve, GHOST_QUALITIES } from '../ghost-curve.js';
import { ijgQuality, nearestIjgQuality } from '../ijg.js';
import { lumaTable } from '../jpeg-facts.js';
import { defineObservation, notApplicable } from '../observation.js';

const GHOST_DEPTH = 0.25;

export const ghost = defineObservation({
  id: 'forensics.ghost',
  where: 'pixels',
  explain:
    'Saving again at a quality used before changes a picture less than at the qualities around it. A dip below the last quality is one more sign of an earlier, stronger compression; a part with a dip that the rest lacks is worth a look in the map. Pictures saved once have one dip, at their own quality.',
  measure({ jpeg, fileGrid, exactSamples, aligned, shifted }) {
    if (!exactSamples) {
      return notApplicable('Colours were converted on decoding, which fills the dips');
    }
    const curve = ghostCurve(aligned(), shifted(), fileGrid?.transposed ?? false);
    if (curve === null) return notApplicable('Fewer than 64 blocks with any texture');
    const table = jpeg === null ? null : lumaTable(jpeg);
    const last = table === null ? 100 : (ijgQuality(table, 'luma') ?? nearestIjgQuality(table));
    // The dip of the last compression is wide, and has echoes where steps are whole multiples.
    const dips = dipsOf(curve.ratios).filter(({ quality }) => quality < last - 5);
    const best = dips[0];
    const measures = {
      depth: best === undefined ? 0 : Math.round(1000 * best.depth) / 1000,
      quality: best?.quality ?? null,
      curve: GHOST_QUALITIES.map((q, i) => `${q}:${curve.ratios[i]!.toFixed(2)}`).join(' '),
    };
    const observed = best !== undefined && best.depth >= GHOST_DEPTH;
    return {
      status: observed ? 'observed' : 'not-observed',
      finding: observed
        ? `Ghost of an earlier JPEG near quality ${best.quality} (dip of ${Math.round(100 * best.depth)} % in the curve)`
        : 'No ghost of an earlier, stronger JPEG in the picture as a whole',
      measures,
      log10FalseAlarms: null,
      regions: [],
    };
  },
});
