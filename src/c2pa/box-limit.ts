/** How many boxes a manifest store may have, known before the engine reads it. */

/**
 * c2pa-rs 0.91 compares each assertion of a manifest with all others: 1,000 in one manifest take 2 s, 2,000 take
 * 8 s, 20,000 would take a quarter of an hour. A chain of 200 edits, the longest that it reads, has about 1,800.
 */
const MAX_BOXES = 2000;

/**
 * Says so when `bytes` (a file, or a store alone) hold more JUMBF superboxes than that; null otherwise. Counted by
 * the types that begin each of them (ISO 19566-5 Annex A and B), wherever they stand, so that no container need be
 * taken apart; where one cuts the store into segments, a few are missed.
 */
export function tooManyBoxes(bytes: Uint8Array, mime: string): string | null {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const store = mime === 'image/svg+xml' ? storeOfSvg(file) : file;
  let count = 0;
  for (let at = store.indexOf('jumd'); at >= 0; at = store.indexOf('jumd', at + 4)) {
    // jumb, length of the description box, jumd
    if (at >= 8 && store.toString('latin1', at - 8, at - 4) === 'jumb') count++;
    if (count > MAX_BOXES)
      return `the manifest store has more than ${MAX_BOXES} boxes and is not read`;
  }
  return null;
}

/** In SVG the store stands as base64 in an element `manifest` (C2PA 2.4 annex A). */
function storeOfSvg(file: Buffer): Buffer {
  const text = /<(?:[\w-]+:)?manifest[^<>]*>([^<]*)</.exec(file.toString('latin1'))?.[1] ?? '';
  return Buffer.from(text, 'base64');
}
