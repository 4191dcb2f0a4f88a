/** The vote map: one colour a grid, the picture's main grid dark grey, no vote black. */
import type { Pixels } from '../../../../image/index.js';
import { createPixels } from '../../../../image/index.js';
import { mainGrid } from '../main-grid.js';
import type { VoteMap } from '../zero-votes.js';
import { NO_GRID } from '../zero-votes.js';

/** One pixel a voter, at least 1x1. */
export function votesPicture(map: VoteMap): Pixels {
  const out = createPixels(Math.max(1, map.width), Math.max(1, map.height), 3);
  const main = mainGrid(map);
  map.votes.forEach((grid, i) => {
    if (grid === NO_GRID) return;
    if (main !== null && grid === 8 * main.y + main.x) {
      out.data.fill(60, 3 * i, 3 * i + 3);
      return;
    }
    // Red and green tell the origin's column and row.
    out.data[3 * i] = 40 + 30 * (grid & 7);
    out.data[3 * i + 1] = 40 + 30 * (grid >> 3);
    out.data[3 * i + 2] = 255;
  });
  return out;
}
