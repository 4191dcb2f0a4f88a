/** What one spectrum knows: poses by the template, and the shifts that the pilots give them. */
import { createRoom } from '../core/index.js';
import { whiten } from './front-end.js';
import { multiply, type Homography, type Matrix } from './homography.js';
import { createScratchPlane, type Plane } from './plane.js';
import { bestFirst } from './ranking.js';
import { mapOf, sharpenMatrix, sharpenPlaced, type Placed, type Pose } from './register.js';
import { findShifts, shiftOfPilots } from './shifts.js';
import { pilotValues, readLayers } from './soft-decode.js';
import { spectrumBytes, spectrumOf, type Spectrum } from './spectrum.js';
import { searchSlants, searchTemplate, searchUpright, type Candidate } from './template-search.js';
import { warpOnce } from './warp.js';

/** What one octave passes from stage to stage. */
const ROUGH = 12;
const UPRIGHT = 16;
const PLACED = 5;
const READ_PER_KIND = 2;
/**
 * Pilots of a rough pose from which on it is sharpened, which adds 0.6 to 0.7 by chance, and up to 1.7 where a mark is faint. Of the
 * readings told of below one came from under it.
 */
const LEAST_ROUGH = 4.3;
/**
 * Pilots of a placed pose, in the spectrum, below which it is not read in full. Chance gives up to 6.2, and up to 5.5 where
 * only the scale was free. Of 3,465 readings of marked photographs under the bench's attacks that move pixels, with and
 * without JPEG behind them, 168 came through a placed pose, and of these two from below.
 */
const LEAST_PLACED = { upright: 5.4, turned: 5.8 };
/**
 * Mean power of the template beyond which a pose is read in full before its shift is known. Chance hardly gives
 * it, and a full reading hears fainter pilots than a spectrum of half the resolution does.
 */
const CLEAR = 2.6;
const CLEAR_KEPT = 2;

/**
 * Maps worth reading through, found in one octave.
 *
 * @param plane of the octave, whole.
 * @param pitch canonical pixels at hand per sample of `plane`.
 * @param luma the same at one canonical pixel per sample.
 */
export const mapsIn = (plane: Plane, pitch: number, luma: Plane): Generator<Homography> =>
  inSpectrum(plane, 1024 / pitch, (spectrum) => mapsOf(spectrum, pitch, luma));

const whitened = createScratchPlane();
const room = createRoom();

/** What `maps` makes of the spectrum of a plane, whose memory is used again when the last map has been given. */
function* inSpectrum(
  plane: Plane,
  size: number,
  maps: (spectrum: Spectrum) => Generator<Homography>,
): Generator<Homography> {
  const buffer = room.take(spectrumBytes(size));
  try {
    yield* maps(spectrumOf(whiten(plane, 5, 3, whitened).signal, size, buffer));
  } finally {
    room.give(buffer);
  }
}

function* mapsOf(spectrum: Spectrum, pitch: number, luma: Plane): Generator<Homography> {
  const placed = (poses: readonly Pose[]): Placed[] =>
    poses
      .flatMap((pose) => findShifts(pose, 3))
      .sort(bestFirst)
      .slice(0, PLACED)
      .filter(({ score }) => score >= LEAST_ROUGH)
      .map(sharpenPlaced)
      .sort(bestFirst)
      .slice(0, READ_PER_KIND)
      .filter(({ score, upright }) => score >= LEAST_PLACED[upright ? 'upright' : 'turned']);

  const rough = distinct(searchTemplate(spectrum, pitch, 2 * ROUGH)).slice(0, ROUGH);
  const turned = sharpest(spectrum, pitch, rough);
  for (const { matrix, score } of turned.slice(0, CLEAR_KEPT)) {
    if (score >= CLEAR) yield placedByReading(luma, matrix);
  }
  const upright = searchUpright(spectrum, pitch, UPRIGHT).map((candidate) =>
    sharpenMatrix({ spectrum, pitch, upright: true, ...candidate }),
  );
  yield* [...placed(upright), ...placed(turned)].sort(bestFirst).map(mapOf);
}

/** The map with `matrix`, or with that turned by 180 degrees, whose pilots agree best. */
function placedByReading(luma: Plane, matrix: Matrix): Homography {
  const [a, b] = [matrix, multiply(matrix, [-1, 0, 0, -1])].map((m) => {
    const map = { matrix: m, x: 0, y: 0 };
    const warped = warpOnce(luma, 1, map);
    if (!warped) return { map, score: -Infinity };
    const { shift, score } = shiftOfPilots(pilotValues(readLayers(warped.luma, warped.inside)));
    return { map: { ...map, x: shift.x - warped.origin.x, y: shift.y - warped.origin.y }, score };
  }) as [{ map: Homography; score: number }, { map: Homography; score: number }];
  return a.score >= b.score ? a.map : b.map;
}

/**
 * Maps of a picture seen at a slant, told from its middle.
 *
 * @param middle canonical luma of the middle; maps begin at its corner.
 * @param half the same at half the resolution.
 */
export const slantedMaps = (middle: Plane, half: Plane): Generator<Homography> =>
  inSpectrum(half, 512, (spectrum) => slantsOf(spectrum, middle));

function* slantsOf(spectrum: Spectrum, middle: Plane): Generator<Homography> {
  const poses = sharpest(spectrum, 2, searchSlants(spectrum, 2, 2 * ROUGH));
  for (const { matrix, score } of poses.slice(0, CLEAR_KEPT)) {
    if (score >= CLEAR) yield placedByReading(middle, matrix);
  }
}

/** Candidates sharpened, best first, without those that turned out the same. */
function sharpest(spectrum: Spectrum, pitch: number, candidates: readonly Candidate[]): Pose[] {
  const sharp = candidates.map((candidate) =>
    sharpenMatrix({ spectrum, pitch, upright: false, ...candidate }),
  );
  return distinct(sharp.sort(bestFirst));
}

interface WithMatrix {
  readonly matrix: Matrix;
}

/** Candidates that are not the same as a better one before them. */
function distinct<T extends WithMatrix>(sorted: readonly T[]): T[] {
  const kept: T[] = [];
  for (const candidate of sorted) {
    if (!isAmong(candidate, kept)) kept.push(candidate);
  }
  return kept;
}

function isAmong({ matrix }: WithMatrix, kept: readonly WithMatrix[]): boolean {
  for (const known of kept) {
    let apart = 0;
    for (let i = 0; i < 4; i++) apart = Math.max(apart, Math.abs(matrix[i]! - known.matrix[i]!));
    if (apart < 0.01) return true;
  }
  return false;
}
