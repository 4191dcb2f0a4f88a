/** Content hashes: they choose pictures, seed attacks, and say which cached results still hold. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MersenneTwister } from '../../src/core/index.js';

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A generator whose numbers depend on `parts` alone. */
export function seeded(...parts: readonly string[]): MersenneTwister {
  return new MersenneTwister(Number.parseInt(sha256(parts.join('\n')).slice(0, 8), 16));
}

/** What a result depends on besides its picture. */
export interface Version {
  readonly hash: string;
  readonly paths: readonly string[];
}

export function versionOf(paths: readonly string[]): Version {
  return { hash: contentHash(paths), paths };
}

/**
 * First 12 hex digits over the contents of files and folders (TypeScript and Python sources). What reads
 * other people's marks has no part in ours and is left out.
 */
export function contentHash(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    const names = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true })
          .map((name) => join(path, String(name)))
          .filter((name) => /\.(ts|py|txt|wasm)$/.test(name) && !/[\\/]foreign[\\/]/.test(name))
          .sort()
      : [path];
    for (const name of names) hash.update(name).update('\0').update(readFileSync(name));
  }
  return hash.digest('hex').slice(0, 12);
}
