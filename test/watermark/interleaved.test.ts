import { describe, expect, it } from 'vitest';
import { canonicalLuma } from '../../src/watermark/canonical.js';
import { viewsOf } from '../../src/watermark/search.js';
import type { View } from '../../src/watermark/view.js';
import { texturedPicture } from '../support/picture.js';

const search = (width: number, height: number): Generator<View> =>
  viewsOf(canonicalLuma(texturedPicture(width, height)), Math.min(width, height));
const facts = ({ map, pilots, readings }: View) => ({
  map,
  pilots,
  power: [...readings.fine.power],
});

describe('searches use their memory again', () => {
  it('and yet each finds what it finds alone, by turns and beside one that was left half way', () => {
    const alone = [[...search(420, 300)].map(facts), [...search(300, 380)].map(facts)];
    expect(alone[0]!.length).toBeGreaterThan(2);

    const left = search(360, 360);
    for (let i = 0; i < 3; i++) left.next();
    const running = [search(420, 300), search(300, 380)];
    const found: ReturnType<typeof facts>[][] = [[], []];
    for (let open = 2; open > 0;) {
      open = 0;
      for (const [k, views] of running.entries()) {
        const next = views.next();
        if (next.done === true) continue;
        found[k]!.push(facts(next.value));
        open++;
      }
    }
    expect(found).toEqual(alone);
  });
});
