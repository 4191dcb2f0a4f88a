import { it } from 'vitest';
import { expectRoundTrip } from './round-trip.js';

// npm run test:slow does the same over 500.
it.each(Array.from({ length: 4 }, (_, i) => i))(
  'five random pictures, from nearly flat to noisy, give their payloads back (%i)',
  (i) => {
    for (let seed = 5 * i; seed < 5 * i + 5; seed++) expectRoundTrip(seed, seed % 5 === i % 5);
  },
);

// A third of each is hidden: the hardest of those 500, and refused when hidden parts were read as white.
it.each([154, 284])('a noisy picture with transparent stripes does too (%i)', (seed) => {
  expectRoundTrip(seed, false);
});
