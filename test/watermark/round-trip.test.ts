import { it } from 'vitest';
import { expectRoundTrip } from './round-trip.js';

// npm run test:slow does the same over 500.
it.each(Array.from({ length: 4 }, (_, i) => i))(
  'five random pictures, from nearly flat to noisy, give their payloads back (%i)',
  (i) => {
    for (let seed = 5 * i; seed < 5 * i + 5; seed++) expectRoundTrip(seed, seed % 5 === i % 5);
  },
);
