/** `imprint models likelihood FILE`: what the bundled normalizing flow thinks of a picture. */
import type { Command } from 'commander';
import { createModelStore, likelihoodOf } from '../../provenance/index.js';
import { EXIT } from '../exit.js';
import type { CliIo } from '../io.js';
import { integerOption } from '../options.js';
import { pixelsOfFile } from '../picture-file.js';
import { toJson } from '../render/json.js';

export function addLikelihoodCommand(
  models: Command,
  io: CliIo,
  done: (code: number) => void,
): void {
  models
    .command('likelihood')
    .description('exact log-likelihood of a picture under the bundled normalizing flow')
    .argument('<file>', 'JPEG, PNG, WebP, AVIF, TIFF or GIF')
    .option(
      '--seed <n>',
      'of the noise that makes whole grey levels continuous (default: 0)',
      integerOption(0, 2 ** 32 - 1),
    )
    .option('--json', 'print as JSON', false)
    .action(async (file: string, { seed, json }: { seed?: number; json: boolean }) => {
      const pixels = await pixelsOfFile(file);
      const store = createModelStore();
      try {
        const found = await likelihoodOf(store, pixels, seed === undefined ? {} : { seed });
        if (json) io.out(toJson(found));
        else {
          const { size, bitsPerDimension, roundTripError, noisePower } = found;
          io.out(
            `bits per dimension  ${bitsPerDimension.toFixed(3)}, of its middle square at ${size}x${size} pixels\n` +
              `round-trip error    ${roundTripError.toExponential(1)} of the range of values\n` +
              `noise power         ${noisePower.toFixed(2)} (1 for pictures like those of its training)\n`,
          );
        }
        done(EXIT.satisfied);
      } finally {
        await store.dispose();
      }
    });
}
