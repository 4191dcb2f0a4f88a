/** Damage, chance and deliberate, to files with a manifest. The same seed gives the same file. */

/** Numbers in 0..1 from a 32-bit seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export interface Target {
  bytes: Uint8Array;
  /** Where the manifest stands, in offsets of `bytes`; the whole file when that is not known. */
  start: number;
  end: number;
  /** Bytes of another manifest of the same format. */
  donor: Uint8Array;
}

type Draw = (limit: number) => number;
type Mutator = (target: Target, draw: Draw) => Uint8Array;

/** Types of boxes and fields whose length stands in the four bytes before them. */
const BOXES = [
  'jumb',
  'jumd',
  'cbor',
  'json',
  'c2pa',
  'bfdb',
  'bidb',
  'caBX',
  'uuid',
  'C2PA',
  'meta',
];
const LENGTHS = [0, 1, 2, 7, 8, 9, 16, 0x7fffffff, 0x80000000, 0xfffffff8, 0xffffffff];
/** CBOR heads that promise more than follows: byte and text strings, arrays, maps, tags, without end. */
const CBOR_LIES = [
  [0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0x7b, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00, 0x00],
  [0x9b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  [0xbb, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff],
  [0x9a, 0xff, 0xff, 0xff, 0xff],
  [0x9f],
  [0xbf],
  [0x5f],
  [0xff],
  Array<number>(64).fill(0x81),
  Array<number>(64).fill(0xd8),
];
const HOSTILE = [
  '\u001b[2J\u001b[31mowned',
  '<script>alert(1)</script>',
  '=HYPERLINK("http://x","y")',
  '../../../../etc/passwd',
  '\u202egnp.exe',
  '\0\0\0\0',
  'self#jumbf=/c2pa/',
];

const splice = (bytes: Uint8Array, at: number, remove: number, insert: Uint8Array): Uint8Array =>
  new Uint8Array(
    Buffer.concat([
      bytes.subarray(0, at),
      insert,
      bytes.subarray(Math.min(bytes.length, at + remove)),
    ]),
  );

function overwrite(bytes: Uint8Array, at: number, by: ArrayLike<number>): Uint8Array {
  const copy = new Uint8Array(bytes);
  copy.set(Uint8Array.from(by).subarray(0, Math.max(0, copy.length - at)), at);
  return copy;
}

function flips(bytes: Uint8Array, from: number, to: number, count: number, draw: Draw): Uint8Array {
  const copy = new Uint8Array(bytes);
  for (let i = 0; i < count; i++) copy[from + draw(to - from)]! ^= 1 << draw(8);
  return copy;
}

export const MUTATORS: Readonly<Record<string, Mutator>> = {
  'bits anywhere': ({ bytes }, draw) => flips(bytes, 0, bytes.length, 1 + draw(16), draw),
  'bits of the manifest': ({ bytes, start, end }, draw) =>
    flips(bytes, start, end, 1 + draw(4), draw),
  'a byte of the manifest': ({ bytes, start, end }, draw) =>
    overwrite(bytes, start + draw(end - start), [draw(256)]),
  'a length': ({ bytes, start, end }, draw) => {
    const type = BOXES[draw(BOXES.length)]!;
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    const found: number[] = [];
    for (let at = view.indexOf(type, start); at >= 4 && at < end && found.length < 200;) {
      found.push(at - 4);
      at = view.indexOf(type, at + 1);
    }
    const at = found[draw(Math.max(1, found.length))] ?? start + draw(end - start);
    const length = draw(3) === 0 ? draw(2 ** 32) : LENGTHS[draw(LENGTHS.length)]!;
    const word = Buffer.alloc(4);
    word.writeUInt32BE(length);
    return overwrite(bytes, at, word);
  },
  'a CBOR head': ({ bytes, start, end }, draw) =>
    overwrite(bytes, start + draw(end - start), CBOR_LIES[draw(CBOR_LIES.length)]!),
  'a hostile text': ({ bytes, start, end }, draw) =>
    overwrite(bytes, start + draw(end - start), Buffer.from(HOSTILE[draw(HOSTILE.length)]!)),
  'cut off': ({ bytes }, draw) => bytes.subarray(0, draw(bytes.length)),
  'cut off in the manifest': ({ bytes, start, end }, draw) =>
    bytes.subarray(0, start + draw(end - start)),
  'a part removed': ({ bytes, start, end }, draw) =>
    splice(bytes, start + draw(end - start), 1 + draw(400), new Uint8Array(0)),
  'a part repeated': ({ bytes, start, end }, draw) => {
    const at = start + draw(end - start);
    return splice(bytes, at, 0, bytes.subarray(at, at + 1 + draw(2000)));
  },
  'the manifest twice': ({ bytes, start, end }, draw) =>
    splice(bytes, draw(2) === 0 ? start : end, 0, bytes.subarray(start, end)),
  'bytes inserted': ({ bytes }, draw) =>
    splice(
      bytes,
      draw(bytes.length + 1),
      0,
      Uint8Array.from({ length: 1 + draw(64) }, () => draw(256)),
    ),
  'bytes behind the end': ({ bytes }, draw) =>
    splice(bytes, bytes.length, 0, new Uint8Array(1 + draw(64))),
  'the manifest of another file': ({ bytes, start, end, donor }) =>
    splice(bytes, start, end - start, donor),
  'a piece of another manifest': ({ bytes, start, end, donor }, draw) => {
    const from = draw(Math.max(1, donor.length));
    return overwrite(bytes, start + draw(end - start), donor.subarray(from, from + 1 + draw(300)));
  },
};

const NAMES = Object.keys(MUTATORS);

/** The damaged file number `seed`, and what was done to it: one to three things. */
export function mutate(target: Target, seed: number): { bytes: Uint8Array; how: string } {
  const random = randomFrom(seed);
  const draw: Draw = (limit) => Math.floor(random() * limit);
  const how: string[] = [];
  let { bytes } = target;
  const rounds = draw(4) === 0 ? 1 + draw(3) : 1;
  for (let i = 0; i < rounds && bytes.length > 0; i++) {
    const name = NAMES[draw(NAMES.length)]!;
    const end = Math.min(target.end, bytes.length);
    const start = Math.min(target.start, end - 1);
    bytes = MUTATORS[name]!({ ...target, bytes, start, end }, draw);
    how.push(name);
  }
  return { bytes, how: how.join(', then ') };
}
