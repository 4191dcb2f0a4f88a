/** What the module offers (AssemblyScript: TypeScript's syntax, WebAssembly's types). */
export { columns, compact, complexRows, realRows } from './fft';
export { fold } from './fold';
export { pairSums, turnSums } from './lines';
export { bandPass } from './means';
export { interleave, levelled } from './spectrum';
export { warp } from './warp';
export { zeroCounts } from './zeros';
