/** What the module offers (AssemblyScript: TypeScript's syntax, WebAssembly's types). */
export { largestLow } from './chroma';
export { columns, compact, complexRows, realRows } from './fft';
export { fold } from './fold';
export { pairSums, turnSums } from './lines';
export { bandPass } from './means';
export { highPlaces } from './peaks';
export { periodPowers } from './periods';
export { highestOf64 } from './places';
export { interleave, levelled } from './spectrum';
export { roughness, steepSums } from './steep';
export { warp } from './warp';
export { zeroCounts } from './zeros';
