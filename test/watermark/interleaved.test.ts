import { describe, expect, it } from 'vitest';
import type { Pixels } from '../../src/image/index.js';
import { canonicalLuma } from '../../src/watermark/canonical.js';
import { embedWatermark } from '../../src/watermark/index.js';
import { viewsOf } from '../../src/watermark/search.js';
import type { View } from '../../src/watermark/view.js';

import { texturedPicture } from '../support/picture.js';
import { testPayload } from './support.js';
import { rotate } from './transforms.js';

const marked = (width: number, height: number, degrees: number): Pixels => {
  const { pixels } = embedWatermark(texturedPicture(width, height), { payload: testPayload(1) });
  return rotate(pixels, degrees, false);
};
const search = (image: Pixels): Generator<View> =>
  viewsOf(canonicalLuma(image), Math.min(image.width, image.height));
const facts = ({ map, pilots, readings }: View) => ({
  map,
  pilots,
  power: [...readings.fine.power],
});

describe('searches use their memory again', () => {
  it('and yet each finds what it finds alone, by turns and beside one that was left half way', () => {
    const images = [marked(512, 448, 11), marked(448, 512, -24)];
    const alone = images.map((image) => [...search(image)].map(facts));

    const left = search(marked(480, 480, 7));
    for (let i = 0; i < 3; i++) left.next();
    const running = images.map(search);
    const found: ReturnType<typeof facts>[][] = images.map(() => []);
    for (let open = images.length; open > 0;) {
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
