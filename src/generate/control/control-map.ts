/** What a user gives as a control picture -> the map that a model reads. */
import { createPixels, flattenPixels, luma, resizePixels } from '../../image/index.js';
import type { Pixels } from '../../image/index.js';
import { optionError } from '../errors.js';
import type { ImageSize } from '../options.js';
import { cannyEdges } from './canny.js';
import type { ControlKind, ControlSource } from './kinds.js';
import { asStrokes, fittedLines, lineColour } from './lines.js';
import { whiteOnBlack } from './masks.js';
import type { Mask } from './masks.js';
import { scribble } from './scribble.js';
import { isSkeleton, laidOnBlack } from './skeleton-map.js';

/** What the picture was taken for: a map, one with black lines on white, or a photo that lines were drawn from. */
export type ReadAs = 'map' | 'inverted map' | 'photo';

export interface ControlReading {
  readonly kind: ControlKind;
  readonly readAs: ReadAs;
  /** What the user should know. */
  readonly warnings: readonly string[];
  /** RGB, white lines on black for `edge` and `scribble`, coloured ones for `pose`. @param part of the picture, or all of it. */
  map(part: Pixels, size: ImageSize): Promise<Pixels>;
}

/**
 * Look at `picture` and tell what it is. Lines are drawn from photos by Canny's method (`edge`) or as broad outlines
 * (`scribble`); for `depth`, `segmentation` and `pose` there is no model here that could, so a ready map is needed.
 *
 * @param source default: recognised; a picture of black and white lines is a map.
 * @throws GenerateError GENERATE_OPTION for a photo as depth, segmentation or pose.
 */
export function readControl(
  picture: Pixels,
  kind: ControlKind,
  source?: ControlSource,
): ControlReading {
  if (kind === 'edge' || kind === 'scribble') return readLines(picture, kind, source);
  if (kind === 'pose') return readPose(picture, source);
  if (source === 'photo') {
    throw optionError(`no ${kind} can be read from a photo here: give a ready ${kind} map`);
  }
  const warnings =
    kind === 'depth' && isColoured(flattenPixels(picture))
      ? ['the depth map has colours; their brightness is read as nearness']
      : [];
  return {
    kind,
    readAs: 'map',
    warnings,
    async map(part, { width, height }) {
      const flat = flattenPixels(part);
      return kind === 'depth'
        ? greyed(await resizePixels(flat, width, height))
        : resizePixels(flat, width, height, 'nearest');
    },
  };
}

function readPose(picture: Pixels, source: ControlSource | undefined): ControlReading {
  const looksReady = source !== 'photo' && isSkeleton(flattenPixels(picture));
  if (!looksReady && source !== 'map') {
    throw optionError(
      'no pose can be read from a photo here, for no pose estimator is bundled: give the skeleton, drawn in the colours of ' +
        'OpenPose on black, or a JSON file with its keypoints',
    );
  }
  return {
    kind: 'pose',
    readAs: 'map',
    warnings: looksReady ? [] : ['the control map does not look like a skeleton on black'],
    map: (part, size) => laidOnBlack(flattenPixels(part), size),
  };
}

function readLines(
  picture: Pixels,
  kind: 'edge' | 'scribble',
  source: ControlSource | undefined,
): ControlReading {
  const found = source === 'photo' ? null : lineColour(flattenPixels(picture));
  const colour = found ?? (source === 'map' ? 'white' : null);
  if (colour === null) {
    const drawn = kind === 'edge' ? cannyEdges : scribble;
    return {
      kind,
      readAs: 'photo',
      warnings: [],
      async map(part, { width, height }) {
        const lines = drawn(await resizePixels(flattenPixels(part), width, height));
        return whiteOnBlack(assertLines(lines));
      },
    };
  }
  return {
    kind,
    readAs: colour === 'white' ? 'map' : 'inverted map',
    warnings: found === null ? ['the control map does not look like lines on one colour'] : [],
    map(part, size) {
      const lines = fittedLines(flattenPixels(part), colour, size);
      return Promise.resolve(whiteOnBlack(kind === 'scribble' ? asStrokes(lines) : lines));
    },
  };
}

function assertLines(lines: Mask): Mask {
  if (lines.data.includes(1)) return lines;
  throw optionError(
    'no lines are found in the control picture: it is too smooth, or of one colour',
  );
}

/** @param pixels RGB */
function isColoured({ data }: Pixels): boolean {
  let coloured = 0;
  for (let i = 0; i < data.length; i += 3) {
    const [r, g, b] = [data[i]!, data[i + 1]!, data[i + 2]!];
    if (Math.max(r, g, b) - Math.min(r, g, b) > 40) coloured++;
  }
  return coloured > 0.01 * (data.length / 3);
}

function greyed(pixels: Pixels): Pixels {
  const out = createPixels(pixels.width, pixels.height, 3);
  luma(pixels).forEach((value, i) => out.data.fill(value, 3 * i, 3 * i + 3));
  return out;
}
