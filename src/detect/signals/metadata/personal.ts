/**
 * Names of tools come from the file, and people write themselves into them: folders of users, addresses. Generators put whole prompts
 * there: ComfyUI `prompt:{...}` into Make and Model, SwarmUI JSON into Model.
 */
import { printable } from '../../../core/index.js';
import { parseInfotext } from './infotext.js';

/** A home folder or an address in what should be the name of a tool; from one `@` to the next, so that thousands of them are read once. */
const NAMES_SOMEBODY = /[\\/](?:Users|home|Documents and Settings)[\\/]|\S@[^\s@]*\.\w/i;
/** A bracket before any letter, or a member of a JSON object anywhere. */
const JSON_TEXT = /^[^\p{L}\p{N}]*(?:\{|\[[^\w\s]|\[\d)|"\s{0,9}:/u;
/** Keys under which generators keep prompts, at the head of a value; the negative prompt stands below the other in A1111's format. */
const SETTINGS_KEY =
  /^[^\p{L}\p{N}]*(?:prompt|workflow|parameters|postprocessing|extras|extra_pnginfo|sd-metadata|dream|sui_\w+|invokeai_\w+|[\p{L}\p{N}]\w*[ _]prompt)\s{0,9}[:=]|negative[ _]prompt\s{0,9}[:=]/iu;
/** Behind this much, nothing is shown anyway. */
const MAX_LOOKED_AT = 4096;

export function namesSomebody(text: string): boolean {
  return NAMES_SOMEBODY.test(text.slice(0, MAX_LOOKED_AT));
}

/** Whether a value is what a generator was told, not the name of a tool: settings, a graph, a prompt with its key. */
export function holdsSettings(text: string): boolean {
  const head = text.slice(0, MAX_LOOKED_AT);
  return JSON_TEXT.test(head) || SETTINGS_KEY.test(head) || parseInfotext(head) !== null;
}

/** Whether a value that should be a name may be private. */
export function isPrivate(text: string): boolean {
  return namesSomebody(text) || holdsSettings(text);
}

/** `text` for a finding: safe to print, cut to `maxLength`, and not at all where it may be private. */
export function shown(text: string, maxLength: number): string {
  return isPrivate(text) ? '(hidden: may be private)' : printable(text, maxLength);
}
