/**
 * Windows of a vote map in which a grid other than the picture's own has too many votes for chance (the second part
 * of ZERO, with windows of three sizes in place of grown regions, so that the number of tests is known beforehand).
 */
import { binomialLog10 } from './false-alarms.js';
import type { Region } from '../../pixels-report.js';
import type { VoteMap } from './zero-votes.js';
import { NO_GRID, VOTER_STEP, VOTES_PER_BLOCK } from './zero-votes.js';

export interface ForeignGrid {
  /** Origin modulo 8 in the picture. */
  x: number;
  y: number;
  log10FalseAlarms: number;
  /** Box around the windows, in picture coordinates. */
  region: Region;
}

/** Side of a cell in voters: 64 pixels. */
const CELL = 16;
/** Sides of windows in cells. */
const SIDES = [1, 2, 4, 8] as const;

/** Significant grids other than `own`, best first; boxes of one grid that touch are joined. */
export function foreignGrids(
  map: VoteMap,
  own: number | null,
  left: number,
  top: number,
  below: number,
): ForeignGrid[] {
  const columns = Math.floor(map.width / CELL);
  const rows = Math.floor(map.height / CELL);
  if (columns === 0 || rows === 0) return [];
  const counts = cellCounts(map, columns, rows);
  const windows = SIDES.map(
    (side) => Math.max(0, columns - side + 1) * Math.max(0, rows - side + 1),
  );
  const tests = 64 * windows.reduce((sum, count) => sum + count, 0);

  const found: ForeignGrid[] = [];
  for (const side of SIDES) {
    const blocks = (side * CELL) ** 2 / VOTES_PER_BLOCK;
    for (let row = 0; row + side <= rows; row++) {
      for (let column = 0; column + side <= columns; column++) {
        for (let grid = 0; grid < 64; grid++) {
          if (grid === own) continue;
          let votes = 0;
          for (let j = row; j < row + side; j++) {
            for (let i = column; i < column + side; i++)
              votes += counts[(j * columns + i) * 64 + grid]!;
          }
          const k = Math.floor(votes / VOTES_PER_BLOCK);
          // Far from enough for any window: 3 times what chance gives.
          if (k * 64 < 3 * blocks) continue;
          const log10FalseAlarms = binomialLog10(tests, blocks, k, 1 / 64);
          if (log10FalseAlarms >= below) continue;
          const scale = CELL * VOTER_STEP;
          found.push({
            x: grid & 7,
            y: grid >> 3,
            log10FalseAlarms,
            region: {
              x: left + column * scale + 7,
              y: top + row * scale + 7,
              width: side * scale,
              height: side * scale,
            },
          });
        }
      }
    }
  }
  const grids = joined(found.sort((a, b) => a.region.width - b.region.width)).sort(
    (a, b) => a.log10FalseAlarms - b.log10FalseAlarms,
  );
  // Along the border of a part other grids win here and there: one place is reported once.
  return grids.filter(
    ({ region }, i) => !grids.slice(0, i).some((stronger) => touch(stronger.region, region)),
  );
}

function cellCounts({ votes, width }: VoteMap, columns: number, rows: number): Uint16Array {
  const counts = new Uint16Array(columns * rows * 64);
  for (let y = 0; y < rows * CELL; y++) {
    for (let x = 0; x < columns * CELL; x++) {
      const grid = votes[y * width + x]!;
      if (grid === NO_GRID) continue;
      counts[(Math.floor(y / CELL) * columns + Math.floor(x / CELL)) * 64 + grid]!++;
    }
  }
  return counts;
}

/** Smallest windows first: they say where it is, larger ones around them only how sure it is. */
function joined(sorted: readonly ForeignGrid[]): ForeignGrid[] {
  const out: (ForeignGrid & { side: number })[] = [];
  for (const grid of sorted) {
    const side = grid.region.width;
    const near = out.find(
      (other) => other.x === grid.x && other.y === grid.y && touch(other.region, grid.region),
    );
    if (near === undefined) {
      out.push({ ...grid, side });
      continue;
    }
    near.log10FalseAlarms = Math.min(near.log10FalseAlarms, grid.log10FalseAlarms);
    if (side === near.side) near.region = around(near.region, grid.region);
  }
  return out.map(({ x, y, log10FalseAlarms, region }) => ({ x, y, log10FalseAlarms, region }));
}

function touch(a: Region, b: Region): boolean {
  return (
    a.x <= b.x + b.width && b.x <= a.x + a.width && a.y <= b.y + b.height && b.y <= a.y + a.height
  );
}

function around(a: Region, b: Region): Region {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  return {
    x,
    y,
    width: Math.max(a.x + a.width, b.x + b.width) - x,
    height: Math.max(a.y + a.height, b.y + b.height) - y,
  };
}
