/** Files under fixtures/. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Path of `name` under fixtures/. */
export function fixturePath(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));
}

/** Bytes of `name` under fixtures/. */
export function fixture(name: string): Uint8Array {
  return new Uint8Array(readFileSync(fixturePath(name)));
}
