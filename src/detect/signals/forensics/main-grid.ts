/** The grid that most voters agree on, when chance does not explain it. */
import { binomialLog10 } from './false-alarms.js';
import type { VoteMap } from './zero-votes.js';
import { VOTES_PER_BLOCK } from './zero-votes.js';

export interface MainGrid {
  /** Origin modulo 8 in the picture. */
  x: number;
  y: number;
  /** Share of all voters, those without a vote included. */
  share: number;
  log10FalseAlarms: number;
}

/** A grid counts from one false alarm in a million pictures on. */
const GRID_LOG10 = -6;

export function mainGrid({ counts, votes }: VoteMap): MainGrid | null {
  const best = counts.reduce((most, count, grid) => (count > counts[most]! ? grid : most), 0);
  const log10FalseAlarms = binomialLog10(
    64,
    Math.floor(votes.length / VOTES_PER_BLOCK),
    Math.floor(counts[best]! / VOTES_PER_BLOCK),
    1 / 64,
  );
  if (log10FalseAlarms > GRID_LOG10) return null;
  return {
    x: best & 7,
    y: best >> 3,
    share: counts[best]! / votes.length,
    log10FalseAlarms,
  };
}
