/** The views of one image, searched for once however often they are asked. */
import type { Pixels } from '../image/index.js';
import { canonicalLuma } from './canonical.js';
import { geometryOf, type Geometry } from './geometry.js';
import { viewsOf, type Search } from './search.js';
import { softValues, type SoftValues } from './soft-decode.js';
import { MAX_VIEWS } from './statistic.js';
import { exactMap, type View } from './view.js';

/** What is kept of a view: its readings are many times larger. */
export interface SeenView extends Pick<View, 'map' | 'pilots' | 'untouched'> {
  readonly soft: SoftValues;
}

export interface SeenViews {
  /** At most MAX_VIEWS, the likeliest first; each is searched for when it is first asked for. */
  views(): Iterable<SeenView>;
  /** What was done to the image, if it is `view` that shows the mark. */
  geometryOf(view: SeenView): Geometry;
}

export function seenViews(pixels: Pixels, search: Search = 'full'): SeenViews {
  const luma = canonicalLuma(pixels);
  const found = viewsOf(luma, Math.min(pixels.width, pixels.height), undefined, search);
  const seen: SeenView[] = [];
  function* views(): Generator<SeenView> {
    yield* seen;
    // A cap that does not depend on what the signs say: the bound counts no more than this.
    while (seen.length < MAX_VIEWS) {
      const next = found.next();
      if (next.done) return;
      const { map, pilots, untouched, readings, shift } = next.value;
      const view = { map, pilots, untouched, soft: softValues(readings, shift) };
      seen.push(view);
      yield view;
    }
  }
  return {
    views,
    geometryOf: ({ untouched, map }) => geometryOf(untouched ? map : exactMap(luma, map), pixels),
  };
}
