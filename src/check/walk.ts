/** The files behind paths and patterns. Links to folders are not followed, so no link can run in a circle. */
import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { extname, join, relative, resolve, sep } from 'node:path';
import { isMisread, MISREAD_NAME, printable } from '../core/index.js';
import { byPath } from './by-path.js';
import { CheckError } from './errors.js';
import { mapConcurrent } from './concurrent.js';
import type { CheckFile, Problem } from './model.js';
import type { PathMatcher } from './policy/globs.js';
import { globBase, isGlob, pathMatcher } from './policy/globs.js';

/** What bears the name of an image. */
const IMAGE_EXTENSIONS = new Set(
  'jpg jpeg png webp avif heic heif tif tiff gif jxl'.split(' ').map((name) => `.${name}`),
);
/** Never walked into unless named: not the project's own files. */
const SKIPPED_FOLDERS = new Set(['.git', 'node_modules']);
const FOLDERS_AT_A_TIME = 16;

export interface WalkOptions {
  /** Absolute folder that results are relative to. */
  root: string;
  /** Absolute folder that the inputs are relative to. */
  cwd: string;
  /** Files and folders, by their path from `root`, that are left out. */
  excluded: PathMatcher;
}

export interface WalkResult {
  files: CheckFile[];
  /** Inputs under which no image was found. */
  empty: string[];
}

export function isImageName(name: string): boolean {
  return IMAGE_EXTENSIONS.has(extname(name).toLowerCase());
}

/** @throws CheckError CHECK_NOTHING for a pattern that matches nothing: in a pipeline that is a mistake. */
export async function walk(inputs: readonly string[], options: WalkOptions): Promise<WalkResult> {
  const files = new Map<string, CheckFile>();
  const empty: string[] = [];
  for (const input of inputs) {
    const found = await filesOf(input, options);
    if (found.length === 0) empty.push(input);
    for (const file of found) files.set(file.path, file);
  }
  return { files: [...files.values()].sort(byPath), empty };
}

async function filesOf(input: string, options: WalkOptions): Promise<CheckFile[]> {
  const { cwd, root } = options;
  const absolute = resolve(cwd, input);
  const info = await stat(absolute).catch((error: NodeJS.ErrnoException) => error);
  if (!(info instanceof Error)) {
    if (info.isDirectory()) return walkFolder(absolute, options);
    const path = pathFrom(root, absolute);
    return options.excluded(path) ? [] : [{ path, absolute }];
  }
  if (info.code === 'ENOENT' && isGlob(input)) {
    const matches = pathMatcher([pathFrom(cwd, absolute)]);
    const all = await walkFolder(resolve(cwd, globBase(input)), options);
    const found = all.filter((file) => matches(pathFrom(cwd, file.absolute!)));
    if (found.length > 0) return found;
    throw new CheckError({ code: 'CHECK_NOTHING', message: `nothing matches ${printable(input)}` });
  }
  return [broken(absolute, root, info)];
}

/** Folder by folder and not by recursion: a tree is as deep as its maker likes. */
async function walkFolder(top: string, { root, excluded }: WalkOptions): Promise<CheckFile[]> {
  const files: CheckFile[] = [];
  let folders = [top];
  while (folders.length > 0) {
    const deeper = await mapConcurrent(folders, FOLDERS_AT_A_TIME, async (folder) => {
      let entries: Dirent[];
      try {
        entries = await readdir(folder, { withFileTypes: true });
      } catch (error) {
        files.push(broken(folder, root, error as NodeJS.ErrnoException));
        return [];
      }
      const inside: string[] = [];
      for (const entry of entries) {
        const absolute = join(folder, entry.name);
        const path = pathFrom(root, absolute);
        if (excluded(path)) continue;
        const looked = entry.isDirectory() || isImageName(entry.name);
        if (looked && isMisread(entry.name)) files.push(misread(path, absolute));
        else if (entry.isDirectory()) {
          if (!SKIPPED_FOLDERS.has(entry.name)) inside.push(absolute);
        } else if (isImageName(entry.name)) {
          const file = entry.isSymbolicLink()
            ? await behindLink(absolute, root)
            : { path, absolute };
          if (file !== null) files.push(file);
        }
      }
      return inside;
    });
    folders = deeper.flat();
  }
  return files;
}

/** Never opened: another file that bears U+FFFD itself would be looked at in its place. */
function misread(path: string, absolute: string): CheckFile {
  return {
    path,
    absolute,
    problem: { kind: 'unreadable', message: MISREAD_NAME, code: 'NAME_NOT_UTF8' },
  };
}

/** A link to a file stands for the file; one to a folder is not followed. */
async function behindLink(absolute: string, root: string): Promise<CheckFile | null> {
  const info = await stat(absolute).catch((error: NodeJS.ErrnoException) => error);
  if (info instanceof Error) return broken(absolute, root, info);
  return info.isDirectory() ? null : { path: pathFrom(root, absolute), absolute };
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'a link that leads in a circle',
  ENOENT: 'no such file, or a link that leads nowhere',
  ENAMETOOLONG: 'name too long',
};

function broken(absolute: string, root: string, { code }: NodeJS.ErrnoException): CheckFile {
  const message = REASONS[code ?? ''] ?? `cannot be read (${code ?? 'unknown'})`;
  const problem: Problem = { kind: 'unreadable', message, code: code ?? 'UNKNOWN' };
  return { path: pathFrom(root, absolute), absolute, problem };
}

/** With `/`, on every platform. */
export function pathFrom(root: string, absolute: string): string {
  const path = relative(root, absolute);
  if (path === '') return '.';
  return sep === '/' ? path : path.split(sep).join('/');
}
