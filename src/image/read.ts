/** Bytes from disk or a stream, never more than `maxBytes` of them. */
import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { assertString, concatBytes, isMisread, MISREAD_NAME, printable } from '../core/index.js';
import { ImageError } from './errors.js';
import type { ImageErrorCode } from './errors.js';
import { resolveLimits } from './limits.js';
import type { ImageLimits } from './limits.js';

const ERRNO_CODES: Readonly<Record<string, ImageErrorCode>> = {
  ENOENT: 'IMAGE_NOT_FOUND',
  ENOTDIR: 'IMAGE_NOT_FOUND',
  ENAMETOOLONG: 'IMAGE_NOT_FOUND',
  ERR_INVALID_ARG_VALUE: 'IMAGE_NOT_FOUND',
  EISDIR: 'IMAGE_NOT_A_FILE',
  ENXIO: 'IMAGE_NOT_A_FILE',
};
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  ENOTDIR: 'no such file (a part of its path is not a folder)',
  ENAMETOOLONG: 'no such file (name too long)',
  ERR_INVALID_ARG_VALUE: 'no such file (a path holds no NUL)',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'too many symbolic links',
};

/**
 * The bytes of the regular file at `path` (symbolic links are followed). A file whose name is not UTF-8 cannot be named by a
 * string, and is IMAGE_UNREADABLE.
 *
 * @throws ImageError IMAGE_NOT_FOUND, IMAGE_NOT_A_FILE, IMAGE_UNREADABLE, IMAGE_EMPTY,
 * IMAGE_TOO_LARGE.
 */
export async function readImageFile(
  path: string,
  limits: Partial<ImageLimits> = {},
): Promise<Uint8Array> {
  assertString(path, 'path');
  const { maxBytes } = resolveLimits(limits);
  let handle: FileHandle | undefined;
  try {
    // Asked before opening, since opening alone can block (a pipe) or act (a device).
    refuseSpecial(path, await stat(path));
    // Non-blocking and asked again, since the path may be swapped in between.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const info = await handle.stat();
    refuseSpecial(path, info);
    if (info.size > maxBytes) throw tooLarge(path, maxBytes);
    return notEmpty(path, await readCapped(handle, path, info.size, maxBytes));
  } catch (thrown) {
    if (thrown instanceof ImageError) throw thrown;
    const errno = (thrown as NodeJS.ErrnoException).code ?? '';
    if (errno === 'ENOENT' && isMisread(path)) throw misread(path, thrown);
    throw new ImageError({
      code: ERRNO_CODES[errno] ?? 'IMAGE_UNREADABLE',
      message: `${printable(path)}: ${REASONS[errno] ?? `cannot be read (${errno || 'unknown'})`}`,
      cause: thrown,
    });
  } finally {
    await handle?.close();
  }
}

/**
 * All bytes of `stream` (standard input, a request body). A stream that goes past `maxBytes` is
 * abandoned at that point.
 *
 * @throws ImageError IMAGE_UNREADABLE, IMAGE_EMPTY, IMAGE_TOO_LARGE.
 */
export async function readStream(
  stream: AsyncIterable<Uint8Array | string>,
  limits: Partial<ImageLimits> = {},
): Promise<Uint8Array> {
  const { maxBytes } = resolveLimits(limits);
  const parts: Uint8Array[] = [];
  let total = 0;
  try {
    for await (const part of stream) {
      const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part;
      total += bytes.length;
      if (total > maxBytes) throw tooLarge('stream', maxBytes);
      parts.push(bytes);
    }
  } catch (thrown) {
    if (thrown instanceof ImageError) throw thrown;
    throw new ImageError({
      code: 'IMAGE_UNREADABLE',
      message: `stream: cannot be read (${(thrown as NodeJS.ErrnoException).code ?? 'unknown'})`,
      cause: thrown,
    });
  }
  return notEmpty('stream', concatBytes(parts));
}

function misread(path: string, cause: unknown): ImageError {
  const message = `${printable(path)}: ${MISREAD_NAME}`;
  return new ImageError({ code: 'IMAGE_UNREADABLE', message, cause });
}

function refuseSpecial(path: string, info: { isFile(): boolean; isDirectory(): boolean }): void {
  if (info.isFile()) return;
  const what = info.isDirectory() ? 'is a folder' : 'is not a regular file';
  throw new ImageError({ code: 'IMAGE_NOT_A_FILE', message: `${printable(path)}: ${what}` });
}

/** Reads to the end even when the file grows or its size is a lie (/proc), within `maxBytes`. */
async function readCapped(
  handle: FileHandle,
  path: string,
  expected: number,
  maxBytes: number,
): Promise<Uint8Array> {
  // One byte more than expected shows the end without growing.
  let buffer = new Uint8Array(expected + 1);
  let filled = 0;
  for (;;) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, null);
    if (bytesRead === 0) return buffer.subarray(0, filled);
    filled += bytesRead;
    if (filled > maxBytes) throw tooLarge(path, maxBytes);
    if (filled === buffer.length) {
      const grown = new Uint8Array(Math.min(Math.max(2 * filled, 65_536), maxBytes + 1));
      grown.set(buffer);
      buffer = grown;
    }
  }
}

function tooLarge(name: string, maxBytes: number): ImageError {
  return new ImageError({
    code: 'IMAGE_TOO_LARGE',
    message: `${printable(name)}: larger than ${maxBytes} bytes`,
  });
}

function notEmpty(name: string, bytes: Uint8Array): Uint8Array {
  if (bytes.length > 0) return bytes;
  throw new ImageError({ code: 'IMAGE_EMPTY', message: `${printable(name)}: empty` });
}
