export { createPixels } from './pixels.js';
export type { Pixels } from './pixels.js';
