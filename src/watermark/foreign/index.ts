export { FOREIGN_MAX_FALSE_POSITIVE, readForeignMarks } from './read.js';
export type { ForeignMark } from './read.js';
export type { ForeignFamily } from './payloads.js';
