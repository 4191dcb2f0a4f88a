/** What was done to a marked image, in words. */
import type { WatermarkReport } from '../../detect/index.js';

type Geometry = NonNullable<WatermarkReport['geometry']>;

/** Changes below these are what measuring leaves: degrees, shares, share of the mark's period. */
const LEAST_TURN = 0.05;
const LEAST_CHANGE = 0.01;
const LEAST_OFFSET = 1 / 128;

/** Such as `rotated 5.0 degrees clockwise, cut to 71 % of the short side, mirrored`; empty when nothing was done. */
export function describeGeometry({ rotation, scale, aspect, crop, flip }: Geometry): string {
  const words: string[] = [];
  const turn = rotation > 180 ? rotation - 360 : rotation;
  if (Math.abs(turn) >= LEAST_TURN) {
    words.push(
      `rotated ${Math.abs(turn).toFixed(1)} degrees ${turn < 0 ? 'counter-' : ''}clockwise`,
    );
  }
  const stretched = Math.abs(aspect - 1) >= LEAST_CHANGE;
  if (stretched) words.push(`stretched to ${percent(aspect)} of its width`);
  // A stretch changes which side is the short one, so that the scale alone says nothing then.
  if (!stretched && scale > 1 + LEAST_CHANGE) {
    words.push(`cut to ${percent(1 / scale)} of the short side`);
  } else if (!stretched && scale < 1 - LEAST_CHANGE) {
    words.push(`within something larger, at ${percent(scale)} of the short side`);
  } else if (crop !== null && (isOff(crop.x, crop.period) || isOff(crop.y, crop.period))) {
    words.push('cut or moved');
  }
  if (flip) words.push('mirrored');
  return words.join(', ');
}

/** Whether an offset, known up to whole periods, is other than none. */
function isOff(offset: number, period: number): boolean {
  const rest = offset / period - Math.round(offset / period);
  return Math.abs(rest) >= LEAST_OFFSET;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
