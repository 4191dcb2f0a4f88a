/** Files the command line writes and the inputs it is given. */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve } from 'node:path';
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

/** All of `bytes` under `path` or nothing: written beside it, synced, then renamed. */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(resolve(path)), { recursive: true });
  const partial = join(
    dirname(path),
    `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`,
  );
  try {
    const handle = await open(partial, 'wx', 0o644);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
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

/** Files behind the arguments: files as given, folders searched for images, patterns expanded. */
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
      files.push(...found.sort().map((name) => join(input, name)));
    } else if (info === null && input !== '-' && /[*?[{]/.test(input)) {
      files.push(...(await glob(input, { expandDirectories: false })).sort());
    } else {
      files.push(input);
    }
  }
  return [...new Set(files)];
}
