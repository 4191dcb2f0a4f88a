import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The `models/` folder of this package. The nearest folder above this file that holds a package.json
 * is the root, which is true of src/ (run through tsx), of dist/ and of an installed package.
 */
export function bundledModelsDir(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error('no package.json above the code of this package');
    folder = parent;
  }
  return join(folder, 'models');
}
