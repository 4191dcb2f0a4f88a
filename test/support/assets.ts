/** Files that other people made lie beside the repository; tests that need them skip without. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../shared/assets/', import.meta.url));

export const haveAssets = existsSync(join(ROOT, 'README.md'));

/** Path of `name` under ../shared/assets. */
export function assetPath(name: string): string {
  return join(ROOT, name);
}
