/**
 * The blind search: which ways of turning, scaling, flipping and cutting could have brought the image
 * here. Template and pilots answer; the key's signs are never looked at, so that of the many maps weighed here
 * only the views that are yielded count in the false-positive bound (MAX_VIEWS).
 */
import { compose, type Homography } from './homography.js';
import { mapsIn, slantedMaps } from './octave.js';
import { cutPlane, flipPlane, halve, type Plane } from './plane.js';
import { corrected, LEAST_PILOTS, readOnce, readThrough, whole, type View } from './view.js';

/**
 * Octaves of scale, the likeliest first: about the image's own size, cut to less than half a side, and
 * standing within something larger.
 */
const OCTAVES = [
  { pitch: 2, halvings: 1 },
  { pitch: 4, halvings: 2 },
  { pitch: 1, halvings: 0 },
] as const;

/** How far a blind reading looks: `fast` only near the image's own size. */
export const SEARCHES = ['full', 'fast'] as const;
export type Search = (typeof SEARCHES)[number];

/** Short side, pixels, below which a part of a marked image holds no readable mark. */
const SEARCHED_SIDE = 100;

const UNTOUCHED: Homography = { matrix: [1, 0, 0, 1], x: 0, y: 0 };

/**
 * Views of an image, the likeliest first: as it is, mirrored, then what the search finds.
 *
 * @param luma canonical luma of the image at hand.
 * @param side short side of the image itself, pixels: a few are not worth a search.
 * @param known map that is tried before the search, because an earlier one found it.
 * @param search `fast` ends behind the first octave.
 */
export function* viewsOf(
  luma: Plane,
  side: number,
  known?: Homography,
  search: Search = 'full',
): Generator<View> {
  yield whole(luma, UNTOUCHED);
  yield whole(flipPlane(luma), { matrix: [-1, 0, 0, 1], x: luma.width, y: 0 });
  if (known) yield* readThrough(luma, 1, known);
  if (side < SEARCHED_SIDE) return;
  for (const { pitch, halvings } of search === 'fast' ? OCTAVES.slice(0, 1) : OCTAVES) {
    let plane = luma;
    for (let i = 0; i < halvings; i++) plane = halve(plane);
    const read: Homography[] = [];
    for (const map of mapsIn(plane, pitch, luma)) {
      if (read.some((known) => isSame(known, map))) continue;
      read.push(map);
      yield* readThrough(luma, 1, map);
    }
  }
  if (search === 'full') yield* grownViews(luma);
}

/** Share of the sides of the middle that `grownViews` begins with. */
const MIDDLE = 0.55;
const GROWTHS = 5;
const GROWTH_GRID = { count: 5, share: 0.35 };

/**
 * A picture seen at a slant has no one scale, but its middle nearly has: placed there, the map is bent outwards
 * by what ever more parts say.
 */
function* grownViews(luma: Plane): Generator<View> {
  const width = Math.round(luma.width * MIDDLE);
  const height = Math.round(luma.height * MIDDLE);
  const left = (luma.width - width) >> 1;
  const top = (luma.height - height) >> 1;
  const middle = cutPlane(luma, left, top, width, height);
  for (const placed of slantedMaps(middle, halve(middle))) {
    let reading = readOnce(luma, 1, compose(placed, { ...UNTOUCHED, x: -left, y: -top }));
    for (let round = 0; reading && round < GROWTHS; round++) {
      const better = corrected(luma, 1, reading, GROWTH_GRID);
      if (!better || better.view.pilots <= reading.view.pilots) break;
      reading = better;
    }
    if (reading && reading.view.pilots >= LEAST_PILOTS) yield reading.view;
  }
}

/** Whether two maps put every part of a picture within a few pixels of each other. */
function isSame(a: Homography, b: Homography): boolean {
  return (
    a.matrix.every((value, i) => Math.abs(value - b.matrix[i]!) < 0.002) &&
    Math.abs(a.x - b.x) < 1.5 &&
    Math.abs(a.y - b.y) < 1.5
  );
}
