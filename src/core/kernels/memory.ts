/** Loops that most of the time goes into, in WebAssembly (tools/kernels): four values at a time, the same result everywhere. */
import { Buffer } from 'node:buffer';
import { MODULE } from './module.js';

export interface Kernels {
  bandPass(
    plane: number,
    width: number,
    height: number,
    low: number,
    window: number,
    floor: number,
    clip: number,
    band: number,
    variance: number,
    rows: number,
  ): void;
  fold(
    plane: number,
    inside: number,
    width: number,
    height: number,
    side: number,
    sums: number,
    counts: number,
  ): void;
  warp(
    plane: number,
    width: number,
    height: number,
    map: number,
    left: number,
    top: number,
    out: number,
    inside: number,
    outWidth: number,
    outHeight: number,
  ): void;
  pairSums(
    plane: number,
    first: number,
    firsts: number,
    second: number,
    seconds: number,
    lines: number,
    out: number,
  ): void;
  turnSums(
    plane: number,
    size: number,
    places: number,
    turns: number,
    lines: number,
    scales: number,
    scaleCount: number,
    offset: number,
    out: number,
  ): void;
  columns(re: number, im: number, stride: number, size: number, table: number): void;
  complexRows(
    re: number,
    im: number,
    size: number,
    table: number,
    block: number,
    outRe: number,
    outIm: number,
  ): void;
  realRows(
    samples: number,
    size: number,
    table: number,
    block: number,
    places: number,
    re: number,
    im: number,
    width: number,
    stride: number,
  ): void;
  compact(values: number, width: number, stride: number, rows: number): void;
  interleave(re: number, im: number, count: number, out: number): void;
  levelled(
    re: number,
    im: number,
    width: number,
    size: number,
    radius: number,
    limit: number,
    power: number,
    across: number,
    scale: number,
    sums: number,
  ): void;
  largestLow(
    pixels: number,
    stride: number,
    channels: number,
    columns: number,
    red: number,
    floats: number,
    out: number,
  ): void;
  roughness(plane: number, width: number, height: number, out: number): void;
  steepSums(plane: number, width: number, height: number, across: number, out: number): void;
  zeroCounts(plane: number, width: number, height: number, zeros: number, across: number): void;
  highestOf64(
    counts: number,
    width: number,
    rows: number,
    step: number,
    across: number,
    most: number,
    place: number,
  ): void;
  highPlaces(values: number, count: number, share: number, out: number): number;
  periodPowers(
    counts: number,
    histograms: number,
    bins: number,
    period: number,
    cos: number,
    sin: number,
    fold: number,
    out: number,
  ): void;
}

const PAGE = 65536;
/** Room behind each array for the last step of four values, and distance of the first from 0. */
export const SPARE = 64;

export const memory = new WebAssembly.Memory({ initial: 1 });
let loaded: Kernels | undefined;

/** The module, compiled when it is first asked for. */
export function kernels(): Kernels {
  if (loaded) return loaded;
  const module = new WebAssembly.Module(Buffer.from(MODULE, 'base64'));
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  return (loaded = exports as unknown as Kernels);
}

/** Addresses of arrays of so many bytes, one after another; what they hold is unknown, and lost with the next call. */
export function reserve(sizes: readonly number[]): number[] {
  let end = SPARE;
  const places: number[] = [];
  for (const size of sizes) {
    places.push(end);
    end += (Math.ceil(size / SPARE) + 1) * SPARE;
  }
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  return places;
}

export const copyIn = (place: number, data: Float32Array): void =>
  new Float32Array(memory.buffer, place, data.length).set(data);
export const copyOut = (place: number, length: number): Float32Array =>
  new Float32Array(memory.buffer, place, length).slice();
export const doubles = (place: number, length: number): Float64Array =>
  new Float64Array(memory.buffer, place, length);
