/** What forensic observations see: one decoded picture, with the costly intermediate results made once. */
import type { ImageFormat, Pixels } from '../../../image/index.js';
import type { BlockSpectra } from './block-dct.js';
import type { JpegFacts } from './jpeg-facts.js';
import type { PhaseSpectrum } from './phase-fold.js';
import type { Plane } from './plane.js';
import type { VoteMap } from './zero-votes.js';

/** Where a JPEG file's own block grid lies in the displayed picture, and how its axes are turned. */
export interface FileGrid {
  /** Origin modulo 8. */
  x: number;
  y: number;
  /** Rows and columns of the stored picture are swapped in the displayed one. */
  transposed: boolean;
}

export interface ForensicView {
  readonly format: ImageFormat;
  readonly pixels: Pixels;
  /** Of a JPEG file; null otherwise or when its headers make no sense. */
  readonly jpeg: JpegFacts | null;
  readonly fileGrid: FileGrid | null;
  /**
   * The samples are those that the codec decoded. False after conversion from CMYK, 16 bits or a profile other than
   * sRGB: then the lattice of quantised values is bent.
   */
  readonly exactSamples: boolean;
  /** The picture's own codec works in blocks but is not JPEG (lossy WebP, AVIF, HEIF). */
  readonly otherBlockCodec: boolean;
  /** Thumbnail in the EXIF block, as displayed; null without one. */
  readonly thumbnail: Pixels | null;
  /** The part of the picture that is analysed (`analysisWindow`). */
  readonly luma: Plane;
  readonly votes: () => VoteMap;
  /** Low DCT modes on the file's grid (or the voted one, or 0,0) and half a block beside it. */
  readonly aligned: () => BlockSpectra;
  readonly shifted: () => BlockSpectra;
  /** Phase spectra of the roughness of luma and of green. */
  readonly lumaPhases: () => PhaseSpectrum;
  readonly greenPhases: () => PhaseSpectrum;
}
