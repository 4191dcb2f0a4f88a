/** Every forensic observation, in the order the report lists them. Adding one: a file and a line. */
import type { Observation } from '../observation.js';
import { cfa } from './cfa.js';
import { doubleJpeg } from './double-jpeg.js';
import { eyeHighlights } from './eye-highlights.js';
import { foreignGrid } from './foreign-grid.js';
import { ghost } from './ghost.js';
import { gridOrigin } from './grid-origin.js';
import { jpegTables } from './jpeg-tables.js';
import { lighting } from './lighting.js';
import { resampling } from './resampling.js';
import { shiftedJpeg } from './shifted-jpeg.js';
import { thumbnail } from './thumbnail.js';
import { upsampler } from './upsampler.js';

export const OBSERVATIONS: readonly Observation[] = [
  jpegTables,
  gridOrigin,
  foreignGrid,
  doubleJpeg,
  shiftedJpeg,
  ghost,
  resampling,
  upsampler,
  cfa,
  thumbnail,
  lighting,
  eyeHighlights,
];
