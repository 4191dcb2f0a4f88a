/** Light directions along outlines. Never a reason for anything: its power is measured and small. */
import { contourLights, lightSpread } from '../contour-light.js';
import { defineObservation, notApplicable } from '../observation.js';

export const lighting = defineObservation({
  id: 'forensics.lighting',
  where: 'pixels',
  explain:
    'Directions of light along outlines, region by region. Several lamps, shade, painted edges and diffuse light make them differ in honest photographs; docs/forensics.md shows how little they separate.',
  measure({ pixels }) {
    const lights = contourLights(pixels);
    const spread = lightSpread(lights);
    if (spread === null) {
      return notApplicable('Fewer than two outlines from which a light direction follows');
    }
    return {
      // Without power there is nothing to observe, whatever the number.
      status: 'not-observed',
      finding: `Light directions of ${lights.length} outlines spread by ${spread.toFixed(2)} (0 = alike, 1 = no common direction)`,
      measures: {
        spread: Math.round(1000 * spread) / 1000,
        outlines: lights.length,
        degrees: lights.map(({ degrees }) => Math.round(degrees)).join(' '),
      },
      log10FalseAlarms: null,
      regions: lights.map(({ region }) => region),
    };
  },
});
