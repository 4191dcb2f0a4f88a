/** `npm run docs:rules`: writes what docs-made.ts makes. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { madeDocs } from './docs-made.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
for (const [path, text] of await madeDocs(root)) writeFileSync(join(root, path), text);
