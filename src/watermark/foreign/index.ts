export { readForeignMarks } from './read.js';
export type { ForeignMark } from './read.js';
