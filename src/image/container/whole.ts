/** Whether a file ends where its own structure says, without decoding its picture. */
import { viewOf } from '../../core/index.js';
import { ImageError } from '../errors.js';
import { sniffFormat } from '../sniff.js';
import type { ImageFormat } from '../sniff.js';
import { readBoxes } from './boxes.js';
import { readGifBlocks } from './gif.js';
import { readHeifItems } from './items.js';
import { readJpegSegments } from './jpeg.js';
import { readPngChunks } from './png.js';
import { cutContentBox, isBareJxl } from './repair.js';
import { readRiffChunks } from './riff.js';
import { readTiff } from './tiff.js';
import type { TiffBlock, TiffField } from './tiff.js';

/** What is missing, or null. */
type Check = (bytes: Uint8Array) => string | null;

const CHECKS: Record<ImageFormat, Check> = {
  png: (bytes) => {
    const last = readPngChunks(bytes).at(-1);
    return last?.type === 'IEND' && !last.truncated ? null : 'it has no IEND chunk';
  },
  jpeg: (bytes) =>
    readJpegSegments(bytes).at(-1)?.name === 'EOI' ? null : 'it has no end marker (EOI)',
  webp: (bytes) => {
    if (8 + viewOf(bytes).getUint32(4, true) > bytes.length) return 'it is shorter than it says';
    return readRiffChunks(bytes).some(({ truncated }) => truncated) ? 'a chunk is cut' : null;
  },
  gif: (bytes) => (readGifBlocks(bytes).at(-1)?.type === 'end' ? null : 'it has no trailer'),
  avif: missingFromHeif,
  heif: missingFromHeif,
  jxl: (bytes) => {
    // How long a bare codestream is only its decoder knows.
    if (isBareJxl(bytes)) return null;
    const boxes = readBoxes(bytes);
    if (boxes.some(({ truncated }) => truncated)) return 'a box is cut';
    return boxes.some(({ type }) => /^jxl[cp]$/.test(type)) ? null : 'it has no codestream';
  },
  tiff: missingFromTiff,
  svg: (bytes) => (endsSvg(bytes) ? null : 'its last tag does not close svg'),
};

/**
 * Cuts are found by lengths and end marks, not by decoding: a file that passes may still hold damaged
 * pictures. Bytes behind the end are no cut. The end of a bare JPEG XL codestream cannot be told.
 *
 * @throws ImageError IMAGE_MALFORMED for a file that was cut off, IMAGE_UNSUPPORTED for an unknown format,
 *   IMAGE_CONTAINER_LIMIT.
 */
export function assertWhole(bytes: Uint8Array): void {
  const format = sniffFormat(bytes)?.format;
  if (format === undefined) {
    throw new ImageError({ code: 'IMAGE_UNSUPPORTED', message: 'image: no format known here' });
  }
  const missing = CHECKS[format](bytes);
  if (missing === null) return;
  throw new ImageError({
    code: 'IMAGE_MALFORMED',
    message: `image: the ${format} file is cut off: ${missing}`,
  });
}

function missingFromHeif(bytes: Uint8Array): string | null {
  const boxes = readBoxes(bytes);
  if (!boxes.some(({ type }) => type === 'meta' || type === 'moov')) return 'it has no picture';
  const cut = cutContentBox(boxes);
  if (cut !== undefined) return `its box ${cut.type} is cut`;
  const short = readHeifItems(bytes).find(({ extents }) =>
    extents?.some(({ offset, length }) => length < 0 || offset + length > bytes.length),
  );
  return short === undefined ? null : `item ${short.id} ends behind the file`;
}

/** TIFF 6.0: StripOffsets and StripByteCounts, TileOffsets and TileByteCounts. */
const PIECES = [
  { offsets: 273, counts: 279 },
  { offsets: 324, counts: 325 },
];

function missingFromTiff(bytes: Uint8Array): string | null {
  const block = readTiff(bytes);
  // A directory that lies behind the end is not listed at all.
  if (block.directories.length === 0) return 'it has no directory';
  for (const { name, fields, truncated } of block.directories) {
    // Fields of EXIF and of maker notes that lie outside are common, and cost no pixel.
    if (!/^(?:ifd|sub)\d+$/.test(name)) continue;
    if (truncated || fields.some((field) => field.truncated)) return `directory ${name} is cut`;
    for (const piece of PIECES) {
      const offsets = fields.find(({ tag }) => tag === piece.offsets);
      const counts = fields.find(({ tag }) => tag === piece.counts);
      if (offsets === undefined || counts === undefined) continue;
      for (let i = 0; i < Math.min(offsets.count, counts.count); i++) {
        const end = valueOf(bytes, block, offsets, i) + valueOf(bytes, block, counts, i);
        if (end > bytes.length) return `part ${i + 1} of ${name} ends behind the file`;
      }
    }
  }
  return null;
}

/** Value `index` of a SHORT, LONG or LONG8 field; 0 for other types, which no offset has. */
function valueOf(
  bytes: Uint8Array,
  { littleEndian }: TiffBlock,
  { type, valueOffset }: TiffField,
  index: number,
): number {
  const view = viewOf(bytes);
  if (type === 3) return view.getUint16(valueOffset + 2 * index, littleEndian);
  if (type === 4) return view.getUint32(valueOffset + 4 * index, littleEndian);
  return type === 16 ? Number(view.getBigUint64(valueOffset + 8 * index, littleEndian)) : 0;
}

/** Comments and instructions may follow the root; more of them than this and the file is refused. */
const SVG_EPILOGUE_BYTES = 8192;

function endsSvg(bytes: Uint8Array): boolean {
  let text = new TextDecoder().decode(bytes.subarray(-SVG_EPILOGUE_BYTES)).trimEnd();
  while (text.endsWith('-->') || text.endsWith('?>')) {
    const opening = text.endsWith('-->') ? '<!--' : '<?';
    text = text.slice(0, Math.max(text.lastIndexOf(opening), 0)).trimEnd();
  }
  // A comment that was never closed may hold anything.
  if (text.lastIndexOf('<!--') > text.lastIndexOf('-->')) return false;
  const lastTag = text.slice(Math.max(text.lastIndexOf('<'), 0));
  // `<svg/>` is whole as well; any other empty element at the end is one that a cut left there.
  return /^<(?:\/(?:[\w.-]+:)?svg\s*|(?:[\w.-]+:)?svg(?:\s[^<]*)?\/)>$/.test(lastTag);
}
