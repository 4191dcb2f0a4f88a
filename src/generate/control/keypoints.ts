/** Keypoints as OpenPose, ControlNet's annotators and the editors for them write them -> a skeleton picture. */
import type { Pixels } from '../../image/index.js';
import { optionError } from '../errors.js';
import type { ImageSize } from '../options.js';
import { drawSkeleton, JOINTS } from './draw-skeleton.js';
import type { Joint, Person } from './draw-skeleton.js';

/** Longer side of what is drawn, and half of the thickness there: those of ControlNet's annotator. */
const SIDE = 512;
const HALF = 4;
const BYTES_MAX = 1 << 20;
const PEOPLE_MAX = 32;
const CANVAS_MAX = 1 << 16;
/** Where OpenPose's own BODY_25 has the joints of the COCO model; it has the middle of the hips and feet as well. */
const OF_BODY_25 = [0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18] as const;
/** A joint of less confidence is guessed; OpenPose draws none either. */
const CONFIDENCE_MIN = 0.05;
/** Around people of whom no canvas is told, of the longer side of their box. */
const MARGIN = 0.12;

/** Whether a file is no picture but keypoints: pictures begin with none of these. */
export function isKeypointFile(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 3).join() === '239,187,191' ? 3 : 0;
  const first = bytes
    .subarray(start)
    .find((byte) => !' \t\r\n'.includes(String.fromCharCode(byte)));
  return first === 0x7b || first === 0x5b;
}

/**
 * The skeletons of all people of a JSON file: `people[n].pose_keypoints_2d` as x, y, confidence of 18 joints (COCO) or 25 (BODY_25), in
 * pixels or as shares of the picture; of a list of such frames the first. `canvas_width` and `canvas_height` say how large the picture is;
 * without them pixels are put into a square around the people.
 *
 * @throws GenerateError GENERATE_OPTION, which names what is wrong.
 */
export function skeletonOfKeypoints(bytes: Uint8Array): Pixels {
  const { people, canvas } = readKeypoints(bytes);
  const seen = people.flat().filter(({ isSeen }) => isSeen);
  if (seen.length === 0) throw optionError('no joint of the keypoints is seen');
  const areShares = seen.every(({ x, y }) => Math.max(x, y) <= 1 && Math.min(x, y) >= 0);
  const view = areShares
    ? { x: 0, y: 0, width: 1, height: 1 }
    : canvas === undefined
      ? squareAround(seen)
      : { x: 0, y: 0, ...canvas };
  const { width, height } = canvas ?? { width: 1, height: 1 };
  const scale = SIDE / Math.max(width, height);
  const size = {
    width: Math.max(8, Math.round(width * scale)),
    height: Math.max(8, Math.round(height * scale)),
  };
  const placed = ({ x, y, isSeen }: Joint): Joint => ({
    x: ((x - view.x) / view.width) * size.width,
    y: ((y - view.y) / view.height) * size.height,
    isSeen,
  });
  return drawSkeleton(
    people.map((person) => person.map(placed)),
    size,
    HALF,
  );
}

interface Keypoints {
  readonly people: readonly Person[];
  readonly canvas?: ImageSize;
}

function readKeypoints(bytes: Uint8Array): Keypoints {
  if (bytes.length > BYTES_MAX) throw optionError(`keypoints of more than ${BYTES_MAX} bytes`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw optionError('the keypoints are no JSON');
  }
  const frame = recordOf(Array.isArray(parsed) ? parsed[0] : parsed);
  const list = frame['people'];
  if (!Array.isArray(list) || list.length === 0) {
    throw optionError('the keypoints hold nobody: "people" expected a list of at least one');
  }
  if (list.length > PEOPLE_MAX) throw optionError(`keypoints of more than ${PEOPLE_MAX} people`);
  const people = list.map((person, n) => personOf(recordOf(person)['pose_keypoints_2d'], n));
  const [width, height] = [sideOf(frame, 'canvas_width'), sideOf(frame, 'canvas_height')];
  return width === undefined || height === undefined
    ? { people }
    : { people, canvas: { width, height } };
}

function personOf(values: unknown, n: number): Person {
  const counts = [JOINTS, 25].map((joints) => 3 * joints);
  const isList = Array.isArray(values) && values.every((value) => Number.isFinite(value));
  if (!isList || !counts.includes(values.length)) {
    throw optionError(
      `"people[${n}].pose_keypoints_2d" expected x, y and confidence of 18 joints: 54 numbers (or 75 of BODY_25)`,
    );
  }
  const numbers = values as number[];
  const isWide = numbers.length > 3 * JOINTS;
  return Array.from({ length: JOINTS }, (_, joint) => {
    const at = 3 * (isWide ? OF_BODY_25[joint]! : joint);
    return { x: numbers[at]!, y: numbers[at + 1]!, isSeen: numbers[at + 2]! > CONFIDENCE_MIN };
  });
}

function sideOf(frame: Record<string, unknown>, name: string): number | undefined {
  const value = frame[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' && value >= 1 && value <= CANVAS_MAX) return value;
  throw optionError(`"${name}" of the keypoints expected number in 1..${CANVAS_MAX}`);
}

function squareAround(seen: readonly Joint[]): { x: number; y: number } & ImageSize {
  const span = (values: readonly number[]): [number, number] => [
    Math.min(...values),
    Math.max(...values),
  ];
  const [left, right] = span(seen.map(({ x }) => x));
  const [top, bottom] = span(seen.map(({ y }) => y));
  const side = (1 + 2 * MARGIN) * Math.max(right - left, bottom - top, 1e-6);
  return {
    x: (left + right - side) / 2,
    y: (top + bottom - side) / 2,
    width: side,
    height: side,
  };
}

function recordOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
