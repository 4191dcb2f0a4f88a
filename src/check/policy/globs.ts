/** Globs over paths with `/`: a folder stands for what is in it, and a name may hold any character. */
import picomatch from 'picomatch';
import { withoutPadding } from '../../core/index.js';

export type PathMatcher = (path: string) => boolean;

/** @param patterns relative to the folder that paths are relative to. */
export function pathMatcher(patterns: readonly string[]): PathMatcher {
  // `s`: a file name may hold a line break, which `.` does not match otherwise. `+` behind `]` is no quantifier.
  const options = { dot: true, flags: 's', regex: false };
  const tests = patterns.flatMap((pattern): PathMatcher[] => {
    const plain = literalGroups(withoutPadding(pattern.replace(/^(?:\.?\/)+/, ''), '/'));
    if (plain === '' || plain === '.') return [() => true];
    return [picomatch(plain, options), picomatch(`${plain}/**`, options)];
  });
  return (path) => tests.some((test) => test(path));
}

/**
 * Parentheses stand for themselves, as in `photo (1).jpg`, unless they make an extended glob such as `@(a|b)`. They
 * would be groups of a regular expression otherwise, and `(a+)+` one without end.
 */
function literalGroups(pattern: string): string {
  const extended: boolean[] = [];
  let previous = '';
  let text = '';
  for (const part of pattern.match(/\\.|[^]/gsu) ?? []) {
    if (part === '(') extended.push(EXTENDED.includes(previous) && previous !== '');
    const literal = part === '(' ? !extended.at(-1)! : part === ')' && extended.pop() !== true;
    text += literal ? `\\${part}` : part;
    previous = part;
  }
  return text;
}

const EXTENDED = '?*+@!';

/**
 * Each star may be tried at each character of a name, and names are others' to choose: with more stars than these one
 * name of 255 characters takes minutes.
 */
const MAX_STARS = 4;
export const GLOB_LIMITS = `expected at most ${MAX_STARS} stars in one name, and ${MAX_STARS} times **`;

export function isBoundedGlob(pattern: string): boolean {
  const names = pattern.split('/');
  const stars = names.map((name) => name.match(/\*+|[?+@!]\(/g)?.length ?? 0);
  const deep = names.filter((name) => name.includes('**')).length;
  return deep <= MAX_STARS && stars.every((count) => count <= MAX_STARS);
}

export const isGlob = (text: string): boolean => picomatch.scan(text).isGlob === true;

/** The folder that every match of `pattern` lies in, `` for the working folder. */
export const globBase = (pattern: string): string => picomatch.scan(pattern).base;
