/** Peaks of upsampling by 2, 4, 8 or 16 at a fixed phase. */
import { exponentialLog10, shownFalseAlarms } from '../false-alarms.js';
import { mainGrid } from '../main-grid.js';
import { defineObservation } from '../observation.js';
import { FOLD } from '../phase-fold.js';

const UPSAMPLER_LOG10 = -6;

export const upsampler = defineObservation({
  id: 'forensics.upsampler-peaks',
  where: 'pixels',
  explain:
    'Decoders of generators, enlargers and plain nearest-neighbour or bilinear scaling repeat every 2, 4, 8 or 16 pixels. A period of 2 alone is also what a camera leaves when it fills in its colour mosaic. JPEG has peaks of its own at multiples of 1/8, which are left out, so that in a JPEG only the period 16 is looked for.',
  measure({ jpeg, votes, otherBlockCodec, lumaPhases }) {
    const blockLines = jpeg !== null || otherBlockCodec || mainGrid(votes()) !== null;
    const { power, tiles } = lumaPhases();
    let tested = 0;
    let strongest = { power: 0, u: 0, v: 0 };
    for (let v = 0; v < FOLD; v++) {
      for (let u = 0; u <= FOLD / 2; u++) {
        if ((u === 0 && v === 0) || (u % 8 === 0 && v > 8)) continue;
        if (blockLines && u % 2 === 0 && v % 2 === 0) continue;
        tested++;
        const value = power[v * FOLD + u]!;
        if (value > strongest.power) strongest = { power: value, u, v };
      }
    }
    const log10FalseAlarms = exponentialLog10(tested, strongest.power);
    const observed = log10FalseAlarms <= UPSAMPLER_LOG10;
    const period = observed ? periodOf(power, tested, blockLines) : 0;
    return {
      status: observed ? 'observed' : 'not-observed',
      finding: observed
        ? `Roughness repeats every ${period} pixels at one phase over the whole picture (number of false alarms ${shownFalseAlarms(log10FalseAlarms)})`
        : `No pattern of period 2 to 16 at a fixed phase${blockLines ? ' (multiples of 1/8 left out for the JPEG grid)' : ''}`,
      measures: {
        power: Math.round(10 * strongest.power) / 10,
        horizontal: `${strongest.u}/${FOLD}`,
        vertical: `${strongest.v <= FOLD / 2 ? strongest.v : strongest.v - FOLD}/${FOLD}`,
        period: period === 0 ? null : period,
        tiles,
      },
      log10FalseAlarms,
      regions: [],
    };
  },
});

/** The longest period that any significant peak needs. */
function periodOf(power: Float64Array, tested: number, blockLines: boolean): number {
  let longest = 2;
  for (let v = 0; v < FOLD; v++) {
    for (let u = 0; u <= FOLD / 2; u++) {
      if ((u === 0 && v === 0) || (blockLines && u % 2 === 0 && v % 2 === 0)) continue;
      if (exponentialLog10(tested, power[v * FOLD + u]!) > UPSAMPLER_LOG10) continue;
      const odd = (k: number): number => (k === 0 ? 1 : FOLD / gcd(k, FOLD));
      longest = Math.max(longest, odd(u), odd(v));
    }
  }
  return longest;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}
