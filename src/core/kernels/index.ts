export { fft2, realFft2 } from './fft.js';
export type { HalfSpectrum } from './fft.js';
export { pairSums, turnSums } from './lines.js';
export { bandVariance, foldedMeans, warped, whitened, zeroCounts } from './planes.js';
