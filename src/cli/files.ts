/** Files the command line writes and the inputs it is given. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { glob } from 'tinyglobby';
import type { OutputFormat } from '../provenance/index.js';
import { UsageError } from './exit.js';

const EXTENSION_FORMATS: Record<string, OutputFormat> = {
  '.png': 'png',
  '.jpg': 'jpeg',
  '.jpeg': 'jpeg',
  '.webp': 'webp',
  '.avif': 'avif',
  '.tif': 'tiff',
  '.tiff': 'tiff',
};
export const FORMAT_EXTENSIONS: Record<OutputFormat, string> = {
  png: '.png',
  jpeg: '.jpg',
  webp: '.webp',
  avif: '.avif',
  tiff: '.tiff',
};
const IMAGE_GLOB = '**/*.{jpg,jpeg,png,webp,avif,heic,heif,tif,tiff,gif,jxl}';

/**
 * Where `path` really leads, once it is known that a regular file may be written there. Asked before
 * the work begins, so that a mistake costs nothing.
 *
 * @param option that named the path, for the message.
 * @throws UsageError for standard output, a folder, a device or a pipe.
 */
export async function outputTarget(path: string, option = '--output'): Promise<string> {
  if (path === '-' || path === '') throw new UsageError(`${option} expected a file name`);
  if (path.endsWith('/')) throw new UsageError(`${path} is a folder; ${option} expected a file`);
  const info = await stat(path).catch(() => null);
  if (info?.isDirectory() === true) {
    throw new UsageError(`${path} is a folder; ${option} expected a file`);
  }
  if (info !== null && !info.isFile()) throw new UsageError(`${path} is no regular file`);
  // A link is followed, as other tools do; renaming over it would replace the link itself.
  return info === null ? path : realpath(path);
}

/** All of `bytes` under `path` or nothing: written beside it, synced, then renamed. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const target = await outputTarget(path);
  await mkdir(dirname(resolve(target)), { recursive: true });
  // A short name of its own: the target's may already be as long as the file system allows.
  const partial = join(dirname(target), `.imprint-${randomBytes(6).toString('hex')}.partial`);
  try {
    const handle = await open(partial, 'wx', 0o644);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, target);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** The format that `path` asks for by its extension, undefined when it has none. */
export function formatOfPath(path: string): OutputFormat | undefined {
  const extension = extname(path).toLowerCase();
  if (extension === '') return undefined;
  const format = EXTENSION_FORMATS[extension];
  if (format === undefined) {
    throw new UsageError(
      `"${extension}" is no output format; use ${Object.keys(EXTENSION_FORMATS).join(' ')}`,
    );
  }
  return format;
}

/** `dir/name.png` -> `dir/name-2.png`. */
export function numberedPath(path: string, index: number): string {
  const extension = extname(path);
  return `${path.slice(0, path.length - extension.length)}-${index}${extension}`;
}

/**
 * Files behind the arguments: files as given, folders searched for images, patterns expanded.
 *
 * @throws UsageError when a folder or pattern holds no image: in a pipeline that is a mistake.
 */
export async function expandInputs(inputs: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const input of inputs) {
    const info = input === '-' ? null : await stat(input).catch(() => null);
    if (info?.isDirectory() === true) {
      const found = await glob(IMAGE_GLOB, {
        cwd: input,
        caseSensitiveMatch: false,
        expandDirectories: false,
        followSymbolicLinks: false,
      });
      if (found.length === 0) throw new UsageError(`no image in ${input}`);
      files.push(...found.sort().map((name) => join(input, name)));
    } else if (info === null && input !== '-' && /[*?[{]/.test(input)) {
      const found = await glob(input, { expandDirectories: false });
      if (found.length === 0) throw new UsageError(`nothing matches ${input}`);
      files.push(...found.sort());
    } else {
      files.push(input);
    }
  }
  return [...new Set(files)];
}
