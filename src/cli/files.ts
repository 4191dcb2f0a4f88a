/** Names of files: the formats they stand for and the inputs behind an argument. */
import { stat } from 'node:fs/promises';
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
const IMAGE_GLOB = `**/*{${Object.keys(SIGNED_EXTENSIONS).join(',')}}`;
/** Folders whose name cannot be said: what lies in them is not found, and would be passed over in silence. */
const MISREAD_FOLDERS = '**/*\ufffd*/';

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
 * Files behind the arguments: files as given, folders searched for images, patterns expanded. A folder inside whose name is not
 * UTF-8 is given in place of its files, for whoever reads it to tell.
 *
 * @throws UsageError when a folder or pattern holds no image: in a pipeline that is a mistake.
 */
export async function expandInputs(inputs: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const input of inputs) {
    const info = input === '-' ? null : await stat(input).catch(() => null);
    if (info?.isDirectory() === true) {
      const entries = await glob([IMAGE_GLOB, MISREAD_FOLDERS], {
        cwd: input,
        caseSensitiveMatch: false,
        expandDirectories: false,
        followSymbolicLinks: false,
        onlyFiles: false,
      });
      // Folders end in a slash.
      const found = entries.filter((name) => !name.endsWith('/') || isMisread(name));
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
