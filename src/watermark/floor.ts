/** The strongest copy of a change that keeps an image above its quality floor, at full size. */
import { cropPixels, type Pixels } from '../image/index.js';
import { workingSize } from './canonical.js';
import { cutPlane, type Plane } from './plane.js';
import { measureQuality, type Quality } from './quality.js';
import { applyChange } from './render.js';

const TRIES = 9;
const SAMPLED_BANDS = 8;

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * At most `wanted` times `change`, lowered until both floors hold; null when even a trace breaks them. Of a strip
 * that is marked in part, that part is judged, and of a picture with holes what can be seen: what was not touched must
 * not pay for it.
 */
export function applyWithinFloor(
  pixels: Pixels,
  change: Plane,
  wanted: number,
  floor: Quality,
): { marked: Pixels; quality: Quality } | null {
  const part = workingSize(pixels);
  const before = cut(pixels, part);
  const visible = visibleShare(before);
  let factor = wanted * allowedShare(sampleQuality(pixels, change, wanted, part, visible), floor);
  const out = new Uint8ClampedArray(pixels.data.length);
  for (let i = 0; i < TRIES; i++) {
    const marked = applyChange(pixels, change, factor, part, out);
    const quality = ofVisible(measureQuality(before, cut(marked, part)), visible);
    if (quality.psnr >= floor.psnr && quality.ssim >= floor.ssim) return { marked, quality };
    factor *= allowedShare(quality, floor) * 0.995;
  }
  return null;
}

/** Share of the pixels that are not fully transparent; those alone are changed. */
function visibleShare({ data, channels }: Pixels): number {
  if (channels === 3) return 1;
  let seen = 0;
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 0) seen++;
  return Math.max(1, seen) / (data.length / 4);
}

/** Quality of the pixels that can be seen: the others are equal before and after. */
function ofVisible({ psnr, ssim }: Quality, share: number): Quality {
  return { psnr: psnr + 10 * Math.log10(share), ssim: 1 - (1 - ssim) / share };
}

function cut(pixels: Pixels, { width, height }: Size): Pixels {
  if (width === pixels.width && height === pixels.height) return pixels;
  return cropPixels(pixels, 0, 0, width, height);
}

/** Part of the strength that gave `quality` at which both floors hold, at most 1: losses go as its square. */
function allowedShare(quality: Quality, floor: Quality): number {
  const bySsim = (1 - floor.ssim) / Math.max(1e-9, 1 - quality.ssim);
  const byPsnr = 10 ** ((quality.psnr - floor.psnr) / 10);
  return Math.sqrt(Math.min(1, bySsim, byPsnr));
}

/** Quality that `factor` would give, from bands of rows: a tenth of the work of trying it. */
function sampleQuality(
  pixels: Pixels,
  change: Plane,
  factor: number,
  part: Size,
  visible: number,
): Quality {
  const rows = Math.max(16, Math.ceil(part.height / (10 * SAMPLED_BANDS)));
  const bands = Math.min(SAMPLED_BANDS, Math.max(1, Math.floor(part.height / rows)));
  const scale = change.height / part.height;
  let [loss, noise] = [0, 0];
  for (let i = 0; i < bands; i++) {
    const top = Math.floor(((part.height - rows) * (i + 0.5)) / bands);
    const height = Math.min(rows, part.height - top);
    const band = cropPixels(pixels, 0, top, part.width, height);
    const from = Math.min(change.height - 1, Math.round(top * scale));
    const depth = Math.max(1, Math.min(change.height - from, Math.round(height * scale)));
    const patch = cutPlane(change, 0, from, change.width, depth);
    const quality = measureQuality(band, applyChange(band, patch, factor, { ...part, height }));
    loss += (1 - quality.ssim) / bands;
    noise += 10 ** (-quality.psnr / 10) / bands;
  }
  return ofVisible({ psnr: -10 * Math.log10(noise), ssim: 1 - loss }, visible);
}
