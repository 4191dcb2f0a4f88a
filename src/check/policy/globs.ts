/** Globs over paths with `/`: a folder stands for what is in it, and a name may hold any character. */
import picomatch from 'picomatch';

export type PathMatcher = (path: string) => boolean;

/** @param patterns relative to the folder that paths are relative to. */
export function pathMatcher(patterns: readonly string[]): PathMatcher {
  // `s`: a file name may hold a line break, which `.` does not match otherwise.
  const options = { dot: true, flags: 's' };
  const tests = patterns.flatMap((pattern): PathMatcher[] => {
    const plain = pattern.replace(/^(?:\.?\/)+/, '').replace(/\/+$/, '');
    if (plain === '' || plain === '.') return [() => true];
    return [picomatch(plain, options), picomatch(`${plain}/**`, options)];
  });
  return (path) => tests.some((test) => test(path));
}

export const isGlob = (text: string): boolean => picomatch.scan(text).isGlob === true;

/** The folder that every match of `pattern` lies in, `` for the working folder. */
export const globBase = (pattern: string): string => picomatch.scan(pattern).base;
