export { largestLow } from './chroma.js';
export type { ChromaReading } from './chroma.js';
export { copyRow, fft2, realFft2 } from './fft.js';
export type { HalfSpectrum } from './fft.js';
export { pairSums, turnSums } from './lines.js';
export { bandVariance, roughness, steepSums, warped, whitened, zeroCounts } from './planes.js';
export { foldedFft2, levelledFft2 } from './spectra.js';
export type { LevelledSpectrum } from './spectra.js';
