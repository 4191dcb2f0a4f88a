/** Keys, certificates and passphrases from files and the environment. Nothing here is ever printed. */
import { open } from 'node:fs/promises';
import { UsageError } from './exit.js';
import type { CliIo } from './io.js';

/** Far above any PEM; an endless device must not fill the memory. */
const MAX_BYTES = 1 << 18;

/**
 * The text of a small file; pipes such as `<(command)` are read to their end.
 *
 * @param option that named it, for the message.
 * @throws UsageError when it cannot be read, or is too large.
 */
export async function readSmallText(path: string, option: string): Promise<string> {
  const buffer = Buffer.alloc(MAX_BYTES + 1);
  let size = 0;
  try {
    const file = await open(path);
    try {
      while (size < buffer.length) {
        const { bytesRead } = await file.read(buffer, size, buffer.length - size, null);
        if (bytesRead === 0) break;
        size += bytesRead;
      }
    } finally {
      await file.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(`${option}: cannot read ${path} (${code ?? 'unknown'})`);
  }
  if (size > MAX_BYTES) throw new UsageError(`${option}: ${path} is too large to be that`);
  return buffer.subarray(0, size).toString('utf8');
}

/** The first of `names` that is set and not empty. */
export function environmentValue(
  env: CliIo['env'],
  names: readonly string[],
): { name: string; value: string } | undefined {
  for (const name of names) {
    const value = env[name];
    if (value !== undefined && value !== '') return { name, value };
  }
  return undefined;
}

/**
 * PEM from a variable: as it is, with line ends written `\n`, or the whole in base64, which is what
 * fits into one line of a CI secret.
 *
 * @throws UsageError when it is neither; the value is not told.
 */
export function environmentPem(
  env: CliIo['env'],
  names: readonly string[],
): { name: string; pem: string } | undefined {
  const found = environmentValue(env, names);
  if (found === undefined) return undefined;
  const { name, value } = found;
  const text = value.includes('-----BEGIN ') ? value : Buffer.from(value, 'base64').toString();
  if (!text.includes('-----BEGIN ')) {
    throw new UsageError(`${name} expected PEM, or base64 of PEM`);
  }
  return { name, pem: text.replaceAll('\\n', '\n') };
}
