import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Path of something that comes with this package. The nearest folder above this file that holds a package.json is its
 * root, which is true of src/ (run through tsx), of dist/, whose modules are bundled, and of an installed package.
 *
 * @param segments from the root, as in `packagePath('models')`.
 */
export function packagePath(...segments: string[]): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json above the code of this package');
    folder = parent;
  }
  return join(folder, ...segments);
}
