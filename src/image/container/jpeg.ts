/** JPEG marker segments: ITU-T T.81 Annex B. */
import { viewOf } from '../../core/index.js';
import { resolveLimits } from '../limits.js';
import type { ImageLimits } from '../limits.js';
import { createCounter, wrongSignature } from './entry.js';

export interface JpegSegment {
  /** Second byte of the marker, such as 0xe1 for APP1. */
  readonly marker: number;
  /** `SOI`, `APP1`, `SOS`, `COM`... */
  readonly name: string;
  /** Where the marker's 0xFF stands. */
  readonly offset: number;
  /** Marker, length field and payload; for SOS also the entropy-coded data up to the next marker. */
  readonly length: number;
  /** View of the payload after the length field (empty for markers without one). */
  readonly data: Uint8Array;
  readonly truncated: boolean;
}

const NAMES: Readonly<Record<number, string>> = {
  0x01: 'TEM',
  0xc4: 'DHT',
  0xc8: 'JPG',
  0xcc: 'DAC',
  0xd8: 'SOI',
  0xd9: 'EOI',
  0xda: 'SOS',
  0xdb: 'DQT',
  0xdc: 'DNL',
  0xdd: 'DRI',
  0xde: 'DHP',
  0xdf: 'EXP',
  0xfe: 'COM',
};

/** Name of a marker, T.81 table B.1. */
export function markerName(marker: number): string {
  const known = NAMES[marker];
  if (known) return known;
  if (marker >= 0xc0 && marker <= 0xcf) return `SOF${marker - 0xc0}`;
  if (marker >= 0xd0 && marker <= 0xd7) return `RST${marker - 0xd0}`;
  if (marker >= 0xe0 && marker <= 0xef) return `APP${marker - 0xe0}`;
  if (marker >= 0xf0 && marker <= 0xfd) return `JPG${marker - 0xf0}`;
  return `0x${marker.toString(16).padStart(2, '0')}`;
}

/**
 * Segments in file order from SOI to the first EOI.
 *
 * @throws ImageError IMAGE_MALFORMED without SOI, IMAGE_CONTAINER_LIMIT.
 */
export function readJpegSegments(
  bytes: Uint8Array,
  limits: Partial<ImageLimits> = {},
): JpegSegment[] {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw wrongSignature('JPEG');
  const count = createCounter(resolveLimits(limits).maxChunks, 'JPEG segments');
  const view = viewOf(bytes);
  const segments: JpegSegment[] = [];
  let offset = 0;
  while (offset + 2 <= bytes.length && bytes[offset] === 0xff) {
    // B.1.1.2: any number of 0xFF fill bytes may stand before a marker.
    if (bytes[offset + 1] === 0xff) {
      offset++;
      continue;
    }
    const marker = bytes[offset + 1]!;
    if (marker === 0) break;
    count();
    let dataEnd = offset + 2;
    const bare = marker === 0xd8 || marker === 0xd9 || marker === 1 || (marker & 0xf8) === 0xd0;
    let truncated = false;
    if (!bare) {
      const declared = offset + 4 <= bytes.length ? view.getUint16(offset + 2) : 2;
      dataEnd = offset + 2 + Math.max(declared, 2);
      truncated = dataEnd > bytes.length || offset + 4 > bytes.length;
      dataEnd = Math.min(dataEnd, bytes.length);
    }
    let end = dataEnd;
    if (marker === 0xda && !truncated) {
      end = endOfScan(bytes, dataEnd);
      truncated = end === bytes.length;
    }
    segments.push({
      marker,
      name: markerName(marker),
      offset,
      length: end - offset,
      data: bytes.subarray(Math.min(offset + (bare ? 2 : 4), dataEnd), dataEnd),
      truncated,
    });
    if (truncated || marker === 0xd9) break;
    offset = end;
  }
  return segments;
}

/**
 * Scans up to the first EOI: one of a baseline file, ten or so of a progressive one. Stray bytes between segments are passed over, as
 * decoders do: `readJpegSegments` ends at the first of them.
 */
export function countScans(bytes: Uint8Array): number {
  const view = viewOf(bytes);
  let scans = 0;
  for (let at = endOfScan(bytes, 2); at + 4 <= bytes.length; at = endOfScan(bytes, at)) {
    const marker = bytes[at + 1]!;
    if (marker === 0xd9) break;
    if (marker === 0xda) scans++;
    const bare = marker === 0xd8 || marker === 1;
    at += 2 + (bare ? 0 : Math.max(2, view.getUint16(at + 2)));
  }
  return scans;
}

/** First marker after entropy-coded data; 0xFF00 is a stuffed byte and RSTn belongs to the scan. */
function endOfScan(bytes: Uint8Array, start: number): number {
  let at = start;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0 || at + 1 >= bytes.length) return bytes.length;
    const next = bytes[at + 1]!;
    if (next === 0xff) at += 1;
    else if (next === 0 || (next & 0xf8) === 0xd0) at += 2;
    else return at;
  }
}
