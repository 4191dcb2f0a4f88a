/** Where the policy stands: imprint.yaml, imprint.config.json or package.json, here or in a folder above. */
import { lstat, readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errorMessage, printable } from '../../core/index.js';
import { CheckError } from '../errors.js';

export const POLICY_NAMES = ['imprint.yaml', 'imprint.yml', 'imprint.config.json'] as const;
const PACKAGE = 'package.json';
/** Key of package.json. */
const PACKAGE_KEY = 'imprint';
const MAX_POLICY_BYTES = 1 << 20;

export interface FoundPolicy {
  /** Absolute. */
  path: string;
  text: string;
  /** Set where the policy is a part of the file. */
  key?: string;
}

/** The nearest policy at or above `folder`; null when there is none. @throws CheckError CHECK_POLICY */
export async function findPolicy(folder: string): Promise<FoundPolicy | null> {
  for (let at = resolve(folder); ; at = dirname(at)) {
    for (const name of POLICY_NAMES) {
      const path = join(at, name);
      // A link that leads nowhere is no missing policy: without a word the built-in one would be used.
      if (await isThere(path)) return { path, text: await readPolicy(path) };
    }
    const found = await packagePolicy(join(at, PACKAGE));
    if (found !== null) return found;
    if (dirname(at) === at) return null;
  }
}

/** A policy that was named. @throws CheckError CHECK_POLICY */
export async function namedPolicy(path: string): Promise<FoundPolicy> {
  const whole = resolve(path);
  if (!(await isFile(whole))) {
    throw new CheckError({
      code: 'CHECK_POLICY',
      message: `${printable(path)}: no such policy file`,
    });
  }
  if (whole.endsWith(`/${PACKAGE}`)) {
    const found = await packagePolicy(whole);
    if (found !== null) return found;
    throw new CheckError({
      code: 'CHECK_POLICY',
      message: `${printable(path)}: has no key "${PACKAGE_KEY}"`,
    });
  }
  return { path: whole, text: await readPolicy(whole) };
}

async function packagePolicy(path: string): Promise<FoundPolicy | null> {
  if (!(await isFile(path))) return null;
  const text = await readPolicy(path);
  // A package.json that another tool will complain about is not ours to judge.
  const content = parseJson(text);
  if (content === null || typeof content !== 'object' || !Object.hasOwn(content, PACKAGE_KEY)) {
    return null;
  }
  return { path, text, key: PACKAGE_KEY };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const isThere = async (path: string): Promise<boolean> =>
  (await lstat(path).catch(() => null)) !== null;

const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(() => null))?.isFile() === true;

async function readPolicy(path: string): Promise<string> {
  try {
    const info = await stat(path);
    if (!info.isFile()) throw new Error('no regular file');
    const { size } = info;
    if (size > MAX_POLICY_BYTES) throw new Error(`larger than ${MAX_POLICY_BYTES} bytes`);
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new CheckError({
      code: 'CHECK_POLICY',
      message: `${printable(path)}: cannot be read: ${printable(errorMessage(cause))}`,
      cause,
    });
  }
}
