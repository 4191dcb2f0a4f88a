/** What is made of the pictures, and which observation is asked about it. */
import { encodeImage, decodeImage, resizePixels, type Pixels } from '../../src/image/index.js';
import { cropped, demosaiced, mirroredHalf, paste, transposedConvolution } from './alter.js';
import { throughAutoencoder, upscaled } from './networks.js';

/** Bytes of a file made from a picture and, where two are needed, another one. */
export type Make = (pixels: Pixels, other: Pixels) => Promise<Uint8Array>;

const png = (pixels: Pixels): Promise<Uint8Array> =>
  encodeImage(pixels, { format: 'png', effort: 1 });
const jpeg = (pixels: Pixels, quality: number): Promise<Uint8Array> =>
  encodeImage(pixels, { format: 'jpeg', quality });
const saved = async (pixels: Pixels, quality: number): Promise<Pixels> =>
  (await decodeImage(await jpeg(pixels, quality))).pixels;
const scaled = (
  pixels: Pixels,
  factor: number,
  kernel: 'nearest' | 'linear' | 'cubic' | 'lanczos3',
): Promise<Pixels> =>
  resizePixels(
    pixels,
    Math.round(pixels.width * factor),
    Math.round(pixels.height * factor),
    kernel,
  );
/** The lower right part, at most `side` by `side`. */
const part = (pixels: Pixels, side: number): Pixels =>
  cropped(pixels, Math.max(0, pixels.width - side), Math.max(0, pixels.height - side));

/** Grid and step of the patch are those of its own JPEG: shifted by (3, 5) against the background. */
async function spliced(pixels: Pixels, other: Pixels, side: number, last: number | null) {
  const background = await saved(pixels, 80);
  const patch = part(await saved(other, 75), side);
  // Grid origin of the patch within itself, and where its corner must lie for the shift.
  const corner = (width: number, of: number, shift: number): number =>
    8 * Math.floor((width - side - 8) / 16) + ((shift + ((of - side) % 8)) % 8);
  const left = corner(pixels.width, other.width, 3);
  const top = corner(pixels.height, other.height, 5);
  const joined = paste(background, patch, left, top);
  return last === null ? png(joined) : jpeg(joined, last);
}

export const CONDITIONS: Readonly<Record<string, Make>> = {
  PNG: (p) => png(p),
  'JPEG 95': (p) => jpeg(p, 95),
  'JPEG 85': (p) => jpeg(p, 85),
  'JPEG 75': (p) => jpeg(p, 75),
  'JPEG 95 as PNG': async (p) => png(await saved(p, 95)),
  'JPEG 80, cropped, PNG': async (p) => png(cropped(await saved(p, 80), 3, 5)),
  'JPEG 95, cropped, PNG': async (p) => png(cropped(await saved(p, 95), 3, 5)),
  'JPEG 60 then 90': async (p) => jpeg(await saved(p, 60), 90),
  'JPEG 75 then 90': async (p) => jpeg(await saved(p, 75), 90),
  'JPEG 85 then 95': async (p) => jpeg(await saved(p, 85), 95),
  'JPEG 90 then 75': async (p) => jpeg(await saved(p, 90), 75),
  'JPEG 60, cropped, 90': async (p) => jpeg(cropped(await saved(p, 60), 3, 5), 90),
  'JPEG 75, cropped, 90': async (p) => jpeg(cropped(await saved(p, 75), 3, 5), 90),
  'JPEG 85, cropped, 95': async (p) => jpeg(cropped(await saved(p, 85), 3, 5), 95),
  'JPEG 75, cropped, 75': async (p) => jpeg(cropped(await saved(p, 75), 3, 5), 75),
  'splice 200 px, PNG': (p, q) => spliced(p, q, 200, null),
  'splice 96 px, PNG': (p, q) => spliced(p, q, 96, null),
  'splice 200 px, JPEG 95': (p, q) => spliced(p, q, 200, 95),
  'splice 200 px, JPEG 85': (p, q) => spliced(p, q, 200, 85),
  'x1.1 cubic, PNG': async (p) => png(await scaled(p, 1.1, 'cubic')),
  'x1.3 cubic, PNG': async (p) => png(await scaled(p, 1.3, 'cubic')),
  'x1.6 lanczos, PNG': async (p) => png(await scaled(p, 1.6, 'lanczos3')),
  'x2 linear, PNG': async (p) => png(await scaled(p, 2, 'linear')),
  'x1.3 cubic, JPEG 95': async (p) => jpeg(await scaled(p, 1.3, 'cubic'), 95),
  'x1.3 cubic, JPEG 85': async (p) => jpeg(await scaled(p, 1.3, 'cubic'), 85),
  'x0.8 lanczos, PNG': async (p) => png(await scaled(p, 0.8, 'lanczos3')),
  'nearest x2, PNG': async (p) => png(await scaled(p, 2, 'nearest')),
  'linear x4, PNG': async (p) => png(await scaled(part(p, 320), 4, 'linear')),
  'transposed convolution x2, PNG': async (p) => png(transposedConvolution(part(p, 400))),
  'bundled decoder, PNG': async (p) => png(await throughAutoencoder(part(p, 384))),
  'bundled upscaler x4, PNG': async (p) => png(await upscaled(part(p, 160))),
  'bundled upscaler x4, JPEG 90': async (p) => jpeg(await upscaled(part(p, 160)), 90),
  'mosaic filled in, PNG': async (p) => png(demosaiced(p)),
  'mosaic filled in, JPEG 95': async (p) => jpeg(demosaiced(p), 95),
  'mosaic filled in, JPEG 85': async (p) => jpeg(demosaiced(p), 85),
  'mosaic filled in, x0.8, PNG': async (p) => png(await scaled(demosaiced(p), 0.8, 'lanczos3')),
  'half mirrored, PNG': (p) => png(mirroredHalf(p)),
};

export interface Experiment {
  observation: string;
  /** Name of the measured figure that ranks pictures. */
  figure: string;
  positives: readonly string[];
  /** Pooled for the area under the curve and the rate of false alarms. */
  negatives: readonly string[];
}

const ONCE = ['JPEG 95', 'JPEG 85', 'JPEG 75'];

export const EXPERIMENTS: readonly Experiment[] = [
  {
    observation: 'forensics.grid-origin',
    figure: 'log10',
    positives: ['JPEG 80, cropped, PNG', 'JPEG 95, cropped, PNG', 'JPEG 95 as PNG'],
    negatives: ['PNG', 'x1.3 cubic, PNG', 'x0.8 lanczos, PNG', 'mosaic filled in, PNG'],
  },
  {
    observation: 'forensics.foreign-grid',
    figure: 'log10',
    positives: [
      'splice 200 px, PNG',
      'splice 96 px, PNG',
      'splice 200 px, JPEG 95',
      'splice 200 px, JPEG 85',
    ],
    negatives: ['PNG', ...ONCE, 'JPEG 80, cropped, PNG', 'JPEG 75 then 90'],
  },
  {
    observation: 'forensics.double-jpeg',
    figure: 'gain',
    positives: ['JPEG 60 then 90', 'JPEG 75 then 90', 'JPEG 85 then 95', 'JPEG 90 then 75'],
    negatives: [...ONCE, 'x1.3 cubic, JPEG 85', 'mosaic filled in, JPEG 95'],
  },
  {
    observation: 'forensics.shifted-jpeg',
    figure: 'log10',
    positives: [
      'JPEG 60, cropped, 90',
      'JPEG 75, cropped, 90',
      'JPEG 85, cropped, 95',
      'JPEG 75, cropped, 75',
    ],
    negatives: [...ONCE, 'PNG', 'JPEG 60 then 90', 'x1.3 cubic, JPEG 85'],
  },
  {
    observation: 'forensics.ghost',
    figure: 'depth',
    positives: ['JPEG 60 then 90', 'JPEG 75 then 90', 'JPEG 85 then 95'],
    negatives: [...ONCE, 'x1.3 cubic, JPEG 85'],
  },
  {
    observation: 'forensics.resampling',
    figure: 'log10',
    positives: [
      'x1.1 cubic, PNG',
      'x1.3 cubic, PNG',
      'x1.6 lanczos, PNG',
      'x2 linear, PNG',
      'x1.3 cubic, JPEG 95',
      'x1.3 cubic, JPEG 85',
      'x0.8 lanczos, PNG',
    ],
    negatives: ['PNG', ...ONCE, 'JPEG 75 then 90'],
  },
  {
    observation: 'forensics.upsampler-peaks',
    figure: 'log10',
    positives: [
      'nearest x2, PNG',
      'linear x4, PNG',
      'transposed convolution x2, PNG',
      'bundled decoder, PNG',
      'bundled upscaler x4, PNG',
      'bundled upscaler x4, JPEG 90',
    ],
    negatives: ['PNG', ...ONCE, 'x1.3 cubic, PNG', 'JPEG 80, cropped, PNG'],
  },
  {
    observation: 'forensics.cfa',
    figure: 'diagonal',
    positives: [
      'mosaic filled in, PNG',
      'mosaic filled in, JPEG 95',
      'mosaic filled in, JPEG 85',
      'mosaic filled in, x0.8, PNG',
    ],
    negatives: ['PNG', ...ONCE, 'nearest x2, PNG', 'x2 linear, PNG', 'bundled decoder, PNG'],
  },
  {
    observation: 'forensics.lighting',
    figure: 'spread',
    positives: ['half mirrored, PNG'],
    negatives: ['PNG'],
  },
];
