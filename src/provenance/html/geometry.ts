/** Where the watermark's repeats lie in the image, as SVG over it. */
import type { WatermarkReport } from '../../detect/index.js';
import type { Markup } from './markup.js';
import { html } from './markup.js';

type Geometry = NonNullable<WatermarkReport['geometry']>;
type Point = readonly [number, number];

export interface Quads {
  /** One whole repeat of the mark, the one nearest to the middle; corners in pixels of the image. */
  unit: Point[];
  /** The other repeats that reach into the image. */
  tiles: Point[][];
}

/** More repeats than these would hide the image. */
const MAX_TILES = 400;

/**
 * The mark stands in the image turned, stretched and mirrored as `geometry` tells, and repeats every `crop.period`
 * pixels. Where nothing was cut or moved it spans the image.
 */
export function markQuads(
  { rotation, aspect, crop, flip }: Geometry,
  width: number,
  height: number,
): Quads {
  if (crop === null) {
    return {
      unit: [
        [0, 0],
        [width, 0],
        [width, height],
        [0, height],
      ],
      tiles: [],
    };
  }
  const angle = (rotation * Math.PI) / 180;
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  const across = Math.sqrt(aspect) * (flip ? -1 : 1);
  const down = 1 / Math.sqrt(aspect);
  /** From the marked image, in pixels at this image's mean scale, to this image; offsets apart. */
  const toImage = (x: number, y: number): Point => [
    c * across * x - s * down * y,
    s * across * x + c * down * y,
  ];
  const toMarked = (x: number, y: number): Point => [
    (c * x + s * y) / across,
    (c * y - s * x) / down,
  ];
  const corners = [0, width].flatMap((x) => [0, height].map((y) => toMarked(x, y)));
  const least = (axis: 0 | 1): number => Math.min(...corners.map((corner) => corner[axis]));
  const most = (axis: 0 | 1): number => Math.max(...corners.map((corner) => corner[axis]));
  /** What is seen begins `crop` from the edge of a repeat. */
  const [left, top] = [least(0) - crop.x, least(1) - crop.y];
  const { period } = crop;
  const steps = (axis: 0 | 1, start: number): number[] => {
    const first = Math.floor((least(axis) - start) / period);
    const last = Math.ceil((most(axis) - start) / period);
    return Array.from({ length: last - first }, (_, i) => start + (first + i) * period);
  };
  const tiles = steps(1, top).flatMap((y) =>
    steps(0, left).map((x) =>
      [
        [x, y],
        [x + period, y],
        [x + period, y + period],
        [x, y + period],
      ].map(([px, py]) => toImage(px!, py!)),
    ),
  );
  const offMiddle = (tile: Point[]): number =>
    Math.hypot(
      tile.reduce((sum, [x]) => sum + x / 4, 0) - width / 2,
      tile.reduce((sum, [, y]) => sum + y / 4, 0) - height / 2,
    );
  const [unit, ...rest] = tiles.sort((a, b) => offMiddle(a) - offMiddle(b));
  return { unit: unit ?? [], tiles: rest.slice(0, MAX_TILES) };
}

/** @returns SVG to lie over the image; its coordinates are pixels of the image. */
export function quadOverlay(geometry: Geometry, width: number, height: number): Markup {
  const { unit, tiles } = markQuads(geometry, width, height);
  const points = (quad: Point[]): string =>
    quad.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ');
  return html`<svg viewBox="0 0 ${width} ${height}" preserveAspectRatio="none" aria-hidden="true">
    ${tiles.map((tile) => html`<polygon class="tile" points="${points(tile)}" />`)}
    <polygon class="unit" points="${points(unit)}" />
  </svg>`;
}
