/**
 * JUMBF superboxes by label (ISO 19566-5 annex B), as far as needed to find one box of a manifest store.
 * The engine validates; this only looks something up in bytes that it has already read.
 */

export interface JumbfBox {
  /** Four characters, `jumb` for a superbox. */
  type: string;
  /** Of a superbox, null otherwise or where it has none. */
  label: string | null;
  /** Of a superbox: what follows its description box. */
  content: Uint8Array;
}

const HEADER_BYTES = 8;
const LARGE_HEADER_BYTES = 16;
const TYPE_UUID_BYTES = 16;
const TOGGLE_LABEL = 0b10;
const MAX_LABEL_BYTES = 4096;
const MAX_BOXES = 100_000;

/** The boxes of `bytes` one level deep; whatever cannot be a box ends the list. */
export function readJumbf(bytes: Uint8Array): JumbfBox[] {
  const boxes: JumbfBox[] = [];
  for (let at = 0; at + HEADER_BYTES <= bytes.length && boxes.length < MAX_BOXES;) {
    const box = boxAt(bytes, at);
    if (box === null) break;
    boxes.push(box.type === 'jumb' ? describe(box.content) : { ...box, label: null });
    at = box.end;
  }
  return boxes;
}

/** The content of the superbox at `path`, label by label; null when it is not there. */
export function findJumbf(bytes: Uint8Array, path: readonly string[]): Uint8Array | null {
  let content = bytes;
  for (const label of path) {
    const found = readJumbf(content).find((box) => box.type === 'jumb' && box.label === label);
    if (found === undefined) return null;
    content = found.content;
  }
  return content;
}

function boxAt(
  bytes: Uint8Array,
  at: number,
): { type: string; content: Uint8Array; end: number } | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const short = view.getUint32(at);
  let header = HEADER_BYTES;
  let size: number = short;
  if (short === 1) {
    header = LARGE_HEADER_BYTES;
    if (at + header > bytes.length) return null;
    size = Number(view.getBigUint64(at + HEADER_BYTES));
  } else if (short === 0) size = bytes.length - at;
  const end = at + size;
  if (size < header || end > bytes.length) return null;
  const type = Buffer.from(bytes.subarray(at + 4, at + 8)).toString('latin1');
  return { type, content: bytes.subarray(at + header, end), end };
}

/** A superbox begins with its description: type, toggles, label. */
function describe(content: Uint8Array): JumbfBox {
  const unnamed: JumbfBox = { type: 'jumb', label: null, content };
  if (content.length < HEADER_BYTES) return unnamed;
  const description = boxAt(content, 0);
  if (description === null || description.type !== 'jumd') return unnamed;
  const { content: fields, end } = description;
  const rest = content.subarray(end);
  const toggles = fields[TYPE_UUID_BYTES] ?? 0;
  if ((toggles & TOGGLE_LABEL) === 0) return { ...unnamed, content: rest };
  const text = fields.subarray(TYPE_UUID_BYTES + 1, TYPE_UUID_BYTES + 1 + MAX_LABEL_BYTES);
  const length = text.indexOf(0);
  return length < 0
    ? { ...unnamed, content: rest }
    : {
        type: 'jumb',
        label: Buffer.from(text.subarray(0, length)).toString('utf8'),
        content: rest,
      };
}
