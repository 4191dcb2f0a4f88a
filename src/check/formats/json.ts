/** The whole result: one document, or one line per file. */
import { toJson } from '../../core/index.js';
import type { Format } from './format.js';

export const json: Format = (result) => toJson(result);

/** A line per file, then one `{"summary": ...}` with all that is not about a file. */
export const ndjson: Format = ({ files, ...rest }) =>
  [...files.map((file) => toJson(file, 0)), toJson(rest, 0)].join('');
