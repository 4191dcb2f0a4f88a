/** Names of tools come from the file, and people write themselves into them: folders of users, addresses. */
import { printable } from '../../../core/index.js';

/** A home folder or an address in what should be the name of a tool; from one `@` to the next, so that thousands of them are read once. */
const NAMES_SOMEBODY = /[\\/](?:Users|home|Documents and Settings)[\\/]|\S@[^\s@]*\.\w/i;
/** Behind this much, nothing is shown anyway. */
const MAX_LOOKED_AT = 4096;

export function namesSomebody(text: string): boolean {
  return NAMES_SOMEBODY.test(text.slice(0, MAX_LOOKED_AT));
}

/** `text` for a finding: safe to print, cut to `maxLength`, and not at all where it may name somebody. */
export function shown(text: string, maxLength: number): string {
  return namesSomebody(text) ? '(hidden: may name a person)' : printable(text, maxLength);
}
