/** Where `verify` writes what it draws: asked before the work begins, so that a mistake costs nothing. */
import { printable } from '../core/index.js';
import { UsageError } from './exit.js';
import type { NamedPath } from './targets.js';
import { keepInputs } from './targets.js';

const TARGETS = [
  { flag: 'heatmap', name: '--heatmap', pattern: /\.png$/i, ending: '.png' },
  { flag: 'html', name: '--html', pattern: /\.html?$/i, ending: '.html' },
] as const;

/**
 * @param read the files that options name.
 * @throws UsageError when a target has another ending or cannot be written, when `inputs` are not one file, or when it
 *   is that file, one of `read` or another target.
 */
export async function checkPictureTargets(
  flags: { heatmap?: string; html?: string },
  inputs: readonly string[],
  read: readonly NamedPath[],
): Promise<void> {
  const targets: NamedPath[] = [];
  for (const { flag, name, pattern, ending } of TARGETS) {
    const path = flags[flag];
    if (path === undefined) continue;
    if (inputs.length > 1) throw new UsageError(`${name} goes with one image`);
    if (!pattern.test(path)) {
      throw new UsageError(
        `${name} expected a file name that ends in ${ending}, got "${printable(path)}"`,
      );
    }
    targets.push({ path, name });
  }
  if (targets.length === 0) return;
  const images = inputs.filter((path) => path !== '-').map((path) => ({ path, name: 'the image' }));
  await keepInputs(targets, [...images, ...read]);
}
