/** Parts of the picture whose block grid is not that of the rest. */
import { shownFalseAlarms } from '../false-alarms.js';
import { foreignGrids } from '../foreign-windows.js';
import { mainGrid } from '../main-grid.js';
import { defineObservation, notApplicable } from '../observation.js';

const MAX_REGIONS = 8;
/** One false alarm in a hundred thousand pictures, if voters were what the model says; docs/forensics.md has the measured rate. */
const FOREIGN_LOG10 = -5;

export const foreignGrid = defineObservation({
  id: 'forensics.foreign-grid',
  where: 'pixels',
  explain:
    'A part with another block grid was pasted from a JPEG, moved within the picture, or comes from a collage, screenshot or page layout. Regular textures of period 8 and drawn graphics can look the same. It does not say who did it, nor that a generator was involved.',
  measure({ votes, luma, fileGrid }) {
    const map = votes();
    if (map.width < 32 || map.height < 32) {
      return notApplicable(
        'The picture is too small for a local grid (78 pixels a side are needed)',
      );
    }
    const main = mainGrid(map);
    const own = main ?? fileGrid;
    const grids = foreignGrids(
      map,
      own === null ? null : 8 * own.y + own.x,
      luma.left,
      luma.top,
      FOREIGN_LOG10,
    );
    const best = grids[0];
    if (best === undefined) {
      return {
        status: 'not-observed',
        finding: 'No part with a block grid of its own',
        measures: { parts: 0 },
        log10FalseAlarms: null,
        regions: [],
      };
    }
    return {
      status: 'observed',
      finding: `${grids.length === 1 ? 'A part' : `${grids.length} parts`} with a block grid of ${grids.length === 1 ? 'its' : 'their'} own, the clearest at (${best.x}, ${best.y})${own === null ? '' : ` against (${own.x}, ${own.y})`} (number of false alarms ${shownFalseAlarms(best.log10FalseAlarms)})`,
      measures: { parts: grids.length, x: best.x, y: best.y },
      log10FalseAlarms: best.log10FalseAlarms,
      regions: grids.slice(0, MAX_REGIONS).map(({ region }) => region),
    };
  },
});
