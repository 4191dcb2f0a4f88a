/** A file of a long `verify` leaves nothing behind in memory. Needs a build (npm run build). */
import { expect, it } from 'vitest';
import { batchMemory, growth } from '../support/batch-memory.js';

it('memory does not grow over 1,000 images', async () => {
  const { answers, exitCode, samples } = await batchMemory(1000);
  expect(answers).toBe(1000);
  // One in eight is cut off.
  expect(exitCode).toBe(5);
  const [heap, resident] = [growth(samples, 'heap'), growth(samples, 'resident')];
  console.log(`KiB a file: ${heap.toFixed(2)} of objects, ${resident.toFixed(2)} resident`);
  // Measured in two runs: 0.6 and 0.6, 2.0 and 3.4. A leak of 20 KB of every signed file is 7.5 of objects.
  expect(heap).toBeLessThan(2);
  expect(resident).toBeLessThan(10);
});
