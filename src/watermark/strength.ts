/** How strong a change may be on the canonical luma: both quality floors, and less where the picture is flat. */
import { boxMean } from './box.js';
import { createPlane, type Plane } from './plane.js';
import { planeSsim, type Quality } from './quality.js';

/**
 * Root mean square of the change, grey levels, that even paper and sky are given at the default floor of 42 dB (44.9 dB):
 * more shows as a mottle, whatever the mean over the whole image says. `embedWatermark` may add a tenth.
 */
const FLAT_RMS = 1.45;
const FLAT_FLOOR = 42;
/** Local deviation of the host up to which it counts as flat, and from which on nothing is held back, grey levels. */
const FLAT = 1.5;
const BUSY = 5;
/** Radius of the square that the change's own power is measured over, canonical pixels. */
const POWER_RADIUS = 20;
const ROUNDS = 2;

/**
 * `change` as strong as the floors allow on the canonical luma. What flat parts may not bear goes to the others.
 *
 * @param deviation local standard deviation of the host's band-passed luma, grey levels.
 */
export function fitStrength(luma: Plane, deviation: Plane, change: Plane, floor: Quality): Plane {
  const power = localPower(change);
  let factor = Math.sqrt(allowedPower(floor.psnr) / mean(power));
  let held = holdBack(change, power, deviation, factor, floor.psnr);
  for (let round = 0; round < ROUNDS; round++) {
    const similarity = planeSsim(luma, addPlanes(luma, held, 1));
    const bySsim = (1 - floor.ssim) / Math.max(1e-9, 1 - similarity);
    const byPsnr = allowedPower(floor.psnr) / meanSquare(held);
    const share = Math.sqrt(Math.min(bySsim, byPsnr));
    if (round > 0 && share > 1) break;
    factor *= share;
    held = holdBack(change, power, deviation, factor, floor.psnr);
  }
  return held;
}

/** `factor` times `change`, less where that is more than a flat part hides. */
function holdBack(
  change: Plane,
  power: Plane,
  deviation: Plane,
  factor: number,
  minPsnr: number,
): Plane {
  const flat = FLAT_RMS * 10 ** ((FLAT_FLOOR - minPsnr) / 20);
  const out = createPlane(change.width, change.height);
  for (let i = 0; i < out.data.length; i++) {
    const rms = factor * Math.sqrt(power.data[i]!);
    let share = 1;
    if (rms > flat && deviation.data[i]! < BUSY) {
      const busy = Math.max(0, (deviation.data[i]! - FLAT) / (BUSY - FLAT));
      share = (flat + (rms - flat) * busy) / rms;
    }
    out.data[i] = share * factor * change.data[i]!;
  }
  return out;
}

/** Mean square of the change around each sample. */
function localPower(change: Plane): Plane {
  const { width, height } = change;
  const square = createPlane(width, height);
  for (let i = 0; i < square.data.length; i++) square.data[i] = change.data[i]! ** 2;
  const power = createPlane(width, height);
  boxMean(square, POWER_RADIUS, power, createPlane(width, height));
  for (let i = 0; i < power.data.length; i++) power.data[i] = Math.max(1e-12, power.data[i]!);
  return power;
}

/** Mean squared change at a PSNR, less a twelfth for rounding. */
function allowedPower(psnr: number): number {
  return Math.max(0.05, 255 ** 2 / 10 ** (psnr / 10) - 1 / 12);
}

function meanSquare(plane: Plane): number {
  let sum = 0;
  for (const value of plane.data) sum += value * value;
  return Math.max(1e-12, sum / plane.data.length);
}

function mean(plane: Plane): number {
  let sum = 0;
  for (const value of plane.data) sum += value;
  return Math.max(1e-12, sum / plane.data.length);
}

/** `luma` with `factor` times `change`, clipped to 0..255. */
export function addPlanes(luma: Plane, change: Plane, factor: number): Plane {
  const out = createPlane(luma.width, luma.height);
  for (let i = 0; i < out.data.length; i++) {
    out.data[i] = Math.min(255, Math.max(0, luma.data[i]! + factor * change.data[i]!));
  }
  return out;
}
