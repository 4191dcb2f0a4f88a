/** Traces of a Bayer mosaic in the green channel. */
import { exponentialLog10, shownFalseAlarms } from '../false-alarms.js';
import { mainGrid } from '../main-grid.js';
import { defineObservation } from '../observation.js';
import { FOLD } from '../phase-fold.js';

const CFA_LOG10 = -6;
/**
 * By how much the diagonal of the mosaic must outweigh the axes, where enlarging by two would show. A JPEG grid shows on
 * the axes as well, so there it only has to be the larger one.
 */
const OVER_AXES = 4;
const OVER_AXES_JPEG = 1;
const HALF = FOLD / 2;

export const cfa = defineObservation({
  id: 'forensics.cfa',
  where: 'pixels',
  explain:
    'Cameras measure green at every second place, in a chequerboard, and fill in the rest; the two sets differ in roughness. Seen, it speaks for camera pixels that were never resized, but a few lines of code imitate it. Not seeing it means nothing: phones that merge frames, resizing, denoising and JPEG remove it.',
  measure({ greenPhases, jpeg, votes }) {
    const { power, tiles } = greenPhases();
    const diagonal = power[HALF * FOLD + HALF]!;
    const axes = Math.max(power[HALF]!, power[HALF * FOLD]!);
    const log10FalseAlarms = exponentialLog10(1, diagonal);
    const blockLines = jpeg !== null || mainGrid(votes()) !== null;
    const least = (blockLines ? OVER_AXES_JPEG : OVER_AXES) * axes;
    const observed = log10FalseAlarms <= CFA_LOG10 && diagonal >= least;
    return {
      status: observed ? 'observed' : 'not-observed',
      finding: observed
        ? `Green differs between the two sets of a Bayer chequerboard over the whole picture (number of false alarms ${shownFalseAlarms(log10FalseAlarms)})`
        : 'No trace of a Bayer mosaic in green',
      measures: {
        diagonal: Math.round(10 * diagonal) / 10,
        axes: Math.round(10 * axes) / 10,
        tiles,
      },
      log10FalseAlarms,
      regions: [],
    };
  },
});
