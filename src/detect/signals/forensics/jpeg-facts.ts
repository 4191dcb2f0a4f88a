/** What the headers of a JPEG say about how it was compressed: ITU-T T.81 Annex B. */
import { createHash } from 'node:crypto';
import type { ImageLimits } from '../../../image/index.js';
import { readJpegSegments } from '../../../image/index.js';

export interface QuantisationTable {
  /** 0..3, as components refer to it. */
  readonly index: number;
  /** 8 or 16. */
  readonly bits: number;
  /** 64 steps in natural order: row (vertical frequency) times 8 plus column. */
  readonly steps: readonly number[];
}

export interface JpegComponent {
  readonly id: number;
  /** Sampling factors 1..4. */
  readonly horizontal: number;
  readonly vertical: number;
  readonly table: number;
}

export interface JpegFacts {
  readonly tables: readonly QuantisationTable[];
  readonly components: readonly JpegComponent[];
  /** `SOF0` baseline, `SOF2` progressive, ... */
  readonly frame: string;
  readonly width: number;
  readonly height: number;
  /** The Huffman tables are the ones of T.81 Annex K, which encoders use when they do not optimise. */
  readonly standardHuffman: boolean;
  /** Adobe marker's colour transform (0 none, 1 YCbCr, 2 YCCK); null without the marker. */
  readonly adobeTransform: number | null;
  /** MD5 over the DQT segments as ExifTool's JPEGDigest builds it. */
  readonly digest: string;
  /** Sampling factors as ExifTool writes them, such as `221111`. */
  readonly sampling: string;
}

/** T.81 figure A.6: place of each zig-zag position in natural order. */
export const ZIGZAG: readonly number[] = zigzag();

function zigzag(): number[] {
  const order = Array.from({ length: 64 }, (_, i) => i);
  const key = (i: number): number => {
    const [row, column] = [i >> 3, i & 7];
    const diagonal = row + column;
    return diagonal * 8 + (diagonal % 2 === 0 ? column : row);
  };
  return order.sort((a, b) => key(a) - key(b));
}

/** T.81 tables K.3 to K.6: codes of each length 1..16, by class and destination. */
const STANDARD_COUNTS: Readonly<Record<number, string>> = {
  0x00: '0,1,5,1,1,1,1,1,1,0,0,0,0,0,0,0',
  0x01: '0,3,1,1,1,1,1,1,1,1,1,0,0,0,0,0',
  0x10: '0,2,1,3,3,2,4,3,5,5,4,4,0,0,1,125',
  0x11: '0,2,1,2,4,4,3,4,7,5,4,4,0,1,2,119',
};

/** Facts of the first picture in `bytes`; null without a frame header and a luma table. */
export function readJpegFacts(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> = {},
): JpegFacts | null {
  const tables = new Map<number, QuantisationTable>();
  const segmentOf = new Map<number, Uint8Array>();
  let frame: Pick<JpegFacts, 'components' | 'frame' | 'width' | 'height'> | null = null;
  let standardHuffman = true;
  let adobeTransform: number | null = null;
  for (const { name, data, truncated } of readJpegSegments(bytes, limits)) {
    if (truncated && name !== 'SOS') break;
    if (name === 'DQT') {
      for (const table of readTables(data)) tables.set(table.index, table);
      if (data.length > 0) segmentOf.set(data[0]! & 15, data);
    } else if (/^SOF\d+$/.test(name)) {
      frame ??= readFrame(name, data);
    } else if (name === 'DHT') {
      standardHuffman &&= isStandard(data);
    } else if (name === 'APP14' && data.length >= 12 && data[0] === 0x41 && data[1] === 0x64) {
      adobeTransform = data[11]!;
    }
  }
  const lumaTable = frame?.components[0]?.table;
  if (frame === null || lumaTable === undefined || !tables.has(lumaTable)) return null;
  return {
    ...frame,
    tables: [...tables.values()].sort((a, b) => a.index - b.index),
    standardHuffman,
    adobeTransform,
    digest: digestOf(segmentOf),
    sampling: frame.components.map((c) => `${c.horizontal}${c.vertical}`).join(''),
  };
}

/** The table of the first component (Y of a colour picture). */
export function lumaTable({ tables, components }: JpegFacts): readonly number[] {
  return tables.find(({ index }) => index === components[0]?.table)!.steps;
}

function readTables(data: Uint8Array): QuantisationTable[] {
  const tables: QuantisationTable[] = [];
  for (let at = 0; at < data.length;) {
    const wide = data[at]! >> 4 !== 0;
    const end = at + 1 + (wide ? 128 : 64);
    if (end > data.length) break;
    const steps = new Array<number>(64).fill(0);
    ZIGZAG.forEach((place, i) => {
      const byte = at + 1 + (wide ? 2 * i : i);
      steps[place] = wide ? (data[byte]! << 8) | data[byte + 1]! : data[byte]!;
    });
    // T.81 B.2.4.1: a step of 0 is not allowed; dividing by it would be ours to regret.
    if (steps.every((step) => step > 0)) {
      tables.push({ index: data[at]! & 15, bits: wide ? 16 : 8, steps });
    }
    at = end;
  }
  return tables;
}

function readFrame(
  name: string,
  data: Uint8Array,
): Pick<JpegFacts, 'components' | 'frame' | 'width' | 'height'> | null {
  const count = data[5] ?? 0;
  if (count < 1 || count > 4 || data.length < 6 + 3 * count) return null;
  return {
    frame: name,
    height: (data[1]! << 8) | data[2]!,
    width: (data[3]! << 8) | data[4]!,
    components: Array.from({ length: count }, (_, i) => ({
      id: data[6 + 3 * i]!,
      horizontal: data[7 + 3 * i]! >> 4,
      vertical: data[7 + 3 * i]! & 15,
      table: data[8 + 3 * i]!,
    })),
  };
}

function isStandard(data: Uint8Array): boolean {
  for (let at = 0; at + 17 <= data.length;) {
    const counts = data.subarray(at + 1, at + 17);
    if (STANDARD_COUNTS[data[at]!] !== counts.join(',')) return false;
    at += 17 + counts.reduce((sum, count) => sum + count, 0);
  }
  return true;
}

function digestOf(segments: ReadonlyMap<number, Uint8Array>): string {
  const hash = createHash('md5');
  [...segments.entries()]
    .filter(([index]) => index < 4)
    .sort(([a], [b]) => a - b)
    .forEach(([, data], i) => {
      if (i > 0) hash.update(Uint8Array.of(0));
      hash.update(data);
    });
  return hash.digest('hex');
}

/** `4:2:0`, `4:2:2`, `4:4:4`, `4:4:0`, `4:1:1`, `grey`, or the factors when they are none of these. */
export function subsamplingName({ components }: Pick<JpegFacts, 'components'>): string {
  const [luma, ...chroma] = components;
  if (luma === undefined || chroma.length === 0) return 'grey';
  if (chroma.length > 2) return `${components.length} components`;
  const [a, b] = chroma;
  const [across, down] = [luma.horizontal / a!.horizontal, luma.vertical / a!.vertical];
  const same = b !== undefined && b.horizontal === a!.horizontal && b.vertical === a!.vertical;
  const names: Readonly<Record<string, string>> = {
    '1x1': '4:4:4',
    '2x1': '4:2:2',
    '2x2': '4:2:0',
    '1x2': '4:4:0',
    '4x1': '4:1:1',
  };
  return (same ? names[`${across}x${down}`] : undefined) ?? `${across}:${down} sampling`;
}
