/** A picture that was a JPEG on another grid before it was cropped and saved again. */
import { DC_STEPS, dcPeriods } from '../dc-period.js';
import { exponentialLog10, shownFalseAlarms } from '../false-alarms.js';
import { lumaTable } from '../jpeg-facts.js';
import { defineObservation, notApplicable } from '../observation.js';

const SHIFTED_LOG10 = -6;

export const shiftedJpeg = defineObservation({
  id: 'forensics.shifted-jpeg',
  where: 'pixels',
  explain:
    'Block averages on another grid come in steps, as an earlier JPEG at that offset leaves them: the picture was cropped or moved between two savings. Cropping is the most ordinary edit there is.',
  measure({ jpeg, fileGrid, exactSamples, luma, otherBlockCodec }) {
    if (!exactSamples) {
      return notApplicable('Colours were converted on decoding, which bends the steps');
    }
    if (otherBlockCodec) return notApplicable('The file has a block codec of its own');
    const lastStep = jpeg === null ? 0 : lumaTable(jpeg)[0]!;
    const periods = dcPeriods(luma, lastStep);
    if (periods.length === 0)
      return notApplicable('Too few textured blocks, or too coarse a table');
    // What an earlier JPEG on the file's own grid leaves there shows at its neighbours too, only weaker.
    const best = periods[0]!;
    const own = fileGrid !== null && best.x === fileGrid.x && best.y === fileGrid.y;
    const other = own ? undefined : best;
    const tests = 64 * DC_STEPS.length;
    const log10FalseAlarms = other === undefined ? 0 : exponentialLog10(tests, other.power);
    if (other === undefined || log10FalseAlarms > SHIFTED_LOG10) {
      return {
        status: 'not-observed',
        finding: 'No steps in block averages on another grid',
        measures: { power: round(other?.power ?? 0) },
        log10FalseAlarms,
        regions: [],
      };
    }
    return {
      status: 'observed',
      finding: `Block averages come in steps of ${other.step} on the grid at (${other.x}, ${other.y}): an earlier JPEG there, moved since (number of false alarms ${shownFalseAlarms(log10FalseAlarms)})`,
      measures: { x: other.x, y: other.y, step: other.step, power: round(other.power) },
      log10FalseAlarms,
      regions: [],
    };
  },
});

function round(value: number): number {
  return Math.round(10 * value) / 10;
}
