/** Pictures for the HTML report, made on demand; never part of the JSON and never scored. */
import type { DecodedImage, ImageLimits } from '../../../../image/index.js';
import { cropPixels, flattenPixels } from '../../../../image/index.js';
import type { ForensicPicture } from '../../../pixels-report.js';
import { blockSpectra } from '../block-dct.js';
import { buildForensicView } from '../build-view.js';
import { dipsOf, ghostCurve, GHOST_QUALITIES } from '../ghost-curve.js';
import { nearestIjgQuality } from '../ijg.js';
import { lumaTable } from '../jpeg-facts.js';
import type { ForensicView } from '../view.js';
import { elaPicture } from './ela.js';
import { ghostPicture } from './ghost-map.js';
import { spectrumPicture } from './spectrum.js';
import { votesPicture } from './votes.js';

const MAX_SIDE = 1024;
const MAX_BLOCKS = 20_000;

/** Error levels, grid votes, ghost map and spectrum of the analysed part of a picture. Takes about a second. */
export async function forensicPictures(
  { bytes, image }: { bytes: Uint8Array; image: DecodedImage },
  limits: Partial<ImageLimits> = {},
): Promise<ForensicPicture[]> {
  const view = await buildForensicView(bytes, image, limits);
  const { left, top, width, height } = view.luma;
  const shown = flattenPixels(
    cropPixels(image.pixels, left, top, Math.min(width, MAX_SIDE), Math.min(height, MAX_SIDE)),
  );
  return [
    {
      id: 'forensics.ela',
      title: 'Error levels',
      caption:
        'What saving at JPEG quality 90 would change, times 15. Edges and textures are always bright; compare like with like. It shows nothing by itself and is never scored.',
      pixels: await elaPicture(shown),
    },
    {
      id: 'forensics.grid-origin',
      title: 'Block-grid votes',
      caption:
        "Each dot is a vote for the origin of a JPEG grid: grey for the picture's main grid, a colour for any other, black for none. A patch of one other colour may come from another JPEG; scattered colours are chance.",
      pixels: bounded(votesPicture(view.votes())),
    },
    ghostEntry(view),
    {
      id: 'forensics.upsampler-peaks',
      title: 'Spectrum of the residual',
      caption:
        'Mean spectrum of fine detail, 36 dB from black to white, frequency 0 in the middle. Isolated bright dots are periodic patterns: upsampling, a colour mosaic, or the JPEG grid at multiples of 1/8.',
      pixels: spectrumPicture(view.luma),
    },
  ];
}

function ghostEntry(view: ForensicView): ForensicPicture {
  const transposed = view.fileGrid?.transposed ?? false;
  const last = view.jpeg === null ? 100 : nearestIjgQuality(lumaTable(view.jpeg));
  const curve = ghostCurve(view.aligned(), view.shifted(), transposed);
  const dip = dipsOf(curve?.ratios ?? []).find(({ quality }) => quality < last - 5);
  // Without a dip: the step well below the last quality, where a pasted part would show one.
  const quality =
    dip?.quality ?? GHOST_QUALITIES.findLast((q) => q <= Math.min(80, last - 10)) ?? 30;
  const grid = view.fileGrid ?? { x: 0, y: 0 };
  const spectra = blockSpectra(view.luma, grid.x, grid.y, MAX_BLOCKS);
  const { width, height } = view.luma;
  return {
    id: 'forensics.ghost',
    title: `JPEG ghost at quality ${quality}`,
    caption: `How much quantising each block again at quality ${quality} changes it, one dot a block; dark parts were probably saved at that quality before. Smooth parts are dark anyway.`,
    pixels: bounded(ghostPicture(spectra, quality, transposed, width, height)),
  };
}

function bounded(pixels: ForensicPicture['pixels']): ForensicPicture['pixels'] {
  const { width, height } = pixels;
  if (Math.max(width, height) <= MAX_SIDE) return pixels;
  return cropPixels(pixels, 0, 0, Math.min(width, MAX_SIDE), Math.min(height, MAX_SIDE));
}
