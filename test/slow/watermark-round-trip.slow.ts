import { it } from 'vitest';
import { expectRoundTrip } from '../watermark/round-trip.js';

it.each(Array.from({ length: 50 }, (_, i) => i))(
  'ten random pictures embed the same twice and give their payloads back (%i)',
  (i) => {
    for (let seed = 10 * i; seed < 10 * i + 10; seed++) expectRoundTrip(seed, true);
  },
);
