/** Enlarged, reduced or turned: periodic interpolation. */
import { exponentialLog10, shownFalseAlarms } from '../false-alarms.js';
import { mainGrid } from '../main-grid.js';
import type { Measured } from '../observation.js';
import { defineObservation } from '../observation.js';
import { resamplingSpectrum } from '../resample-spectrum.js';

const RESAMPLING_LOG10 = -5;

export const resampling = defineObservation({
  id: 'forensics.resampling',
  where: 'pixels',
  explain:
    'Interpolation repeats with the scaling factor, on both axes at once. It shows that the picture was enlarged (or turned), which any viewer, website or upscaler does; generators and cameras with digital zoom do too. Reduced and strongly compressed pictures hardly show it.',
  measure({ jpeg, luma, votes, otherBlockCodec }): Measured {
    const blockLines = jpeg !== null || otherBlockCodec || mainGrid(votes()) !== null;
    const { tested, strongest } = resamplingSpectrum(luma, blockLines);
    const log10FalseAlarms = strongest === null ? 0 : exponentialLog10(tested, 2 * strongest.power);
    if (strongest === null || log10FalseAlarms > RESAMPLING_LOG10) {
      return {
        status: 'not-observed',
        finding: 'No periodic interpolation on both axes',
        measures: { power: Math.round(10 * (strongest?.power ?? 0)) / 10 },
        log10FalseAlarms,
        regions: [],
      };
    }
    const { frequency, power } = strongest;
    const factors = scalingFactors(frequency);
    return {
      status: 'observed',
      finding: `Interpolation with a period of ${(1 / frequency).toFixed(2)} pixels on both axes, as after scaling by ${factors.map((factor) => factor.toFixed(2)).join(' or ')} (number of false alarms ${shownFalseAlarms(log10FalseAlarms)})`,
      measures: {
        frequency: Math.round(1e4 * frequency) / 1e4,
        power: Math.round(10 * power) / 10,
        factor: Math.round(1000 * factors[0]!) / 1000,
      },
      log10FalseAlarms,
      regions: [],
    };
  },
});

/** Factors s > 1 whose line 1/s falls on `frequency` after aliasing: s = 1/(1-f), or 1/f. */
function scalingFactors(frequency: number): number[] {
  return [...new Set([1 / (1 - frequency), 1 / frequency])].filter((factor) => factor <= 8);
}
