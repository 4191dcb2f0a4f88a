/** Where the JPEG block grid of the pixels begins, and whether that is where the file's own would. */
import { shownFalseAlarms } from '../false-alarms.js';
import { mainGrid } from '../main-grid.js';
import { defineObservation } from '../observation.js';

export const gridOrigin = defineObservation({
  id: 'forensics.grid-origin',
  where: 'pixels',
  explain:
    'A block grid in a file that is no JPEG shows that the picture was one before; an origin other than the corner shows a crop (or a shift) since. Both are everyday edits. No grid means no JPEG, a high quality, or a resize afterwards.',
  measure({ votes, fileGrid, otherBlockCodec, luma }) {
    const map = votes();
    const grid = mainGrid(map);
    if (grid === null) {
      return {
        status: 'not-observed',
        finding: 'No JPEG block grid in the pixels',
        measures: { voters: map.votes.length },
        log10FalseAlarms: null,
        regions: [],
      };
    }
    const { x, y, share, log10FalseAlarms } = grid;
    const origin = `(${x}, ${y})`;
    const chance = `number of false alarms ${shownFalseAlarms(log10FalseAlarms)}`;
    const measures = {
      x,
      y,
      cropX: (8 - x) % 8,
      cropY: (8 - y) % 8,
      votesPercent: Math.round(1000 * share) / 10,
      windowPixels: luma.width * luma.height,
    };
    const own = fileGrid ?? { x: 0, y: 0 };
    const atHome = x === own.x && y === own.y;
    if (atHome && (fileGrid !== null || otherBlockCodec)) {
      const whose = fileGrid !== null ? "the file's own" : "as the file's own codec may leave it";
      return {
        status: 'not-observed',
        finding: `Block grid at ${origin}, ${whose} (${chance})`,
        measures,
        log10FalseAlarms,
        regions: [],
      };
    }
    const story =
      fileGrid !== null
        ? `the stronger grid lies at ${origin}, the file's own would at (${own.x}, ${own.y}): saved as JPEG, moved, and saved again`
        : atHome
          ? `block grid at ${origin}: the picture was a JPEG before and has not been cropped at the top or left since, but for multiples of 8`
          : `block grid at ${origin}: the picture was a JPEG before, and has been cropped by ${(8 - x) % 8} columns and ${(8 - y) % 8} rows more than a multiple of 8`;
    return {
      status: 'observed',
      finding: `JPEG ${story} (${chance})`,
      measures,
      log10FalseAlarms,
      regions: [],
    };
  },
});
