/** What the marking verbs say of a file that they wrote, and what they name it. */
import { basename, dirname, extname, join } from 'node:path';
import { printable } from '../core/index.js';
import { inOptions } from './exit.js';
import type { CliIo } from './io.js';
import { toJson } from './render/json.js';

/** A line, or the row as JSON; warnings in the words of the command line. */
export function tellWritten(
  io: CliIo,
  json: boolean,
  row: { path: string; sidecar: string | null; warnings: string[] },
  done: string,
): void {
  const beside = row.sidecar === null ? '' : `, manifest in ${printable(row.sidecar)}`;
  const warnings = row.warnings.map(inOptions);
  io.out(json ? toJson({ ...row, warnings }) : `${printable(row.path)}  ${done}${beside}\n`);
  for (const warning of warnings) io.err(`warning: ${warning}\n`);
}

/** `photo.marked.jpg` beside `photo.png`. */
export const besides = (file: string, word: string, extension: string): string =>
  join(dirname(file), `${basename(file, extname(file))}.${word}${extension}`);
