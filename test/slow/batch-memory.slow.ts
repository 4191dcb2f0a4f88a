/** A thousand files of one `verify` need no more memory than the first hundreds. Needs a build (npm run build). */
import { expect, it } from 'vitest';
import { batchMemory, haveProc } from '../support/batch-memory.js';

it.skipIf(!haveProc)('memory is flat over 1,000 images', async () => {
  const { answers, exitCode, tenths } = await batchMemory(1000, [
    '--search',
    'fast',
    '--jobs',
    '2',
  ]);
  expect(answers).toBe(1000);
  // One in eight is cut off.
  expect(exitCode).toBe(5);
  const early = Math.max(...tenths.slice(1, 4));
  const late = Math.max(...tenths.slice(7));
  console.log(`MiB by tenth: ${tenths.join(' ')}`);
  expect(late).toBeLessThan(1.15 * early);
});
