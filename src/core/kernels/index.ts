export { fft2, levelledFft2, realFft2 } from './fft.js';
export type { HalfSpectrum, LevelledSpectrum } from './fft.js';
export { pairSums, turnSums } from './lines.js';
export { bandVariance, foldedMeans, warped, whitened, zeroCounts } from './planes.js';
