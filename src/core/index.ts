export { assertBytes, assertInteger, assertNumber, assertOneOf, assertString } from './assert.js';
export {
  concatBytes,
  hammingDistance,
  hasBytesAt,
  latin1Bytes,
  sha256Hex,
  viewOf,
} from './bytes.js';
export { fixedClock, systemClock } from './clock.js';
export type { Clock } from './clock.js';
export { errorMessage, ImprintError, isImprintError } from './errors.js';
export { isMisread, MISREAD_NAME } from './file-name.js';
export { squareProduct } from './matrix.js';
export { createTorchNormals, drawTorchNormals, MersenneTwister, torchRandn } from './random.js';
export type { Rng } from './random.js';
export { jsonArrayWriter, toJson } from './json.js';
export { printable, withoutPadding } from './text.js';
export { packagePath } from './package-path.js';
export {
  bandVariance,
  copyRow,
  fft2,
  foldedFft2,
  highOfFft2,
  largestLow,
  levelledBytes,
  levelledFft2,
  mostZeros,
  pairSums,
  periodPowers,
  realFft2,
  roughness,
  steepSums,
  TIED,
  turnSums,
  warped,
  whitened,
} from './kernels/index.js';
export type { ChromaReading, HalfSpectrum, HighValues, LevelledSpectrum } from './kernels/index.js';
export { createRoom, createScratch } from './scratch.js';
