/** Report formats by name: one file and one line each. */
import type { Format } from './format.js';
import { github } from './github.js';
import { gitlab } from './gitlab.js';
import { human } from './human.js';
import { json, ndjson } from './json.js';
import { junit } from './junit.js';
import { markdown } from './markdown.js';
import { sarif } from './sarif.js';

export const FORMATS = {
  human,
  json,
  ndjson,
  sarif,
  junit,
  github,
  gitlab,
  markdown,
} as const satisfies Record<string, Format>;

export type FormatName = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as FormatName[];
