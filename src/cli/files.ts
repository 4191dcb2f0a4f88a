/** Names of files: the formats they stand for and the inputs behind an argument. */
import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { glob } from 'tinyglobby';
import { isMisread } from '../core/index.js';
import type { ImageFormat, OutputFormat } from '../provenance/index.js';
import { sniffFormat } from '../provenance/index.js';
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
/** What a name says of a file that is signed as it is. */
const SIGNED_EXTENSIONS: Record<string, ImageFormat> = {
  ...EXTENSION_FORMATS,
  '.gif': 'gif',
  '.heic': 'heif',
  '.heif': 'heif',
  '.svg': 'svg',
  '.jxl': 'jxl',
};

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

/** The format that the extension of `path` names, when it is another than that of `bytes`. */
export function otherFormatNamed(path: string, bytes: Uint8Array): ImageFormat | null {
  const named = SIGNED_EXTENSIONS[extname(path).toLowerCase()];
  return named === undefined || named === sniffFormat(bytes)?.format ? null : named;
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
      const found = await imagesIn(input);
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

/**
 * Whatever bears the name of an image, by its path from `top`; hidden files and folders are left out. A link stands for its file, and links
 * to folders are not followed, so that none runs in a circle (as in `check`). What cannot be opened, a link without its file or a folder
 * that is closed or whose name is not UTF-8, is given all the same, for whoever reads it to tell.
 */
async function imagesIn(top: string): Promise<string[]> {
  const found: string[] = [];
  const folders = [''];
  for (const folder of folders) {
    const entries = await readdir(join(top, folder), { withFileTypes: true }).catch(() => null);
    if (entries === null) found.push(folder);
    for (const entry of entries ?? []) {
      if (entry.name.startsWith('.')) continue;
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) (isMisread(entry.name) ? found : folders).push(path);
      else if (extname(entry.name).toLowerCase() in SIGNED_EXTENSIONS) {
        const behind = entry.isSymbolicLink()
          ? await stat(join(top, path)).catch(() => null)
          : null;
        if (behind?.isDirectory() !== true) found.push(path);
      }
    }
  }
  return found;
}
