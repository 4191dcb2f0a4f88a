/** Manifest stores whose ingredients go deeper than any signer would go. */
import { signImage } from '../../src/c2pa/index.js';
import { createTestAuthority, generated, marked, testImage } from './helpers.js';

const PNG = 'image/png';
const HEADER = 8;

/** The boxes inside a superbox, headers included; the first is its description. */
function boxesIn(superbox: Buffer): Buffer[] {
  const boxes: Buffer[] = [];
  for (let at = HEADER; at < superbox.length;) {
    const size = superbox.readUInt32BE(at);
    boxes.push(superbox.subarray(at, at + size));
    at += size;
  }
  return boxes;
}

function superbox(boxes: readonly Buffer[]): Buffer {
  const content = Buffer.concat(boxes);
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(content.length + HEADER);
  header.write('jumb', 4, 'latin1');
  return Buffer.concat([header, content]);
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const uuidOf = (manifest: Buffer): string => UUID.exec(manifest.toString('latin1'))![0];
const numbered = (i: number): string => `00000000-0000-4000-8000-${String(i).padStart(12, '0')}`;

/** Latin-1 keeps every byte, and the names are of one length. */
const renamed = (manifest: Buffer, names: Record<string, string>): Buffer =>
  Buffer.from(
    manifest.toString('latin1').replace(new RegExp(UUID, 'g'), (name) => names[name] ?? name),
    'latin1',
  );

/**
 * Three real manifests, each made from the one before; the middle one copied `depth` times under other names,
 * each pointing to the next. Signatures and hashes do not hold, as is meant.
 */
export async function chainStore(depth: number): Promise<{ image: Uint8Array; store: Uint8Array }> {
  const { signer } = createTestAuthority();
  const image = await testImage('png');
  let { bytes, manifest } = await signImage(image, PNG, { template: generated(PNG), signer });
  for (let i = 0; i < 2; i++) {
    ({ bytes, manifest } = await signImage(bytes, PNG, {
      template: marked(PNG),
      signer,
      parent: { bytes, mime: PNG, title: 'parent.png' },
    }));
  }
  const [description, first, middle, last] = boxesIn(Buffer.from(manifest));
  const [from, via] = [uuidOf(first!), uuidOf(middle!)];
  const copies = Array.from({ length: depth }, (_, i) =>
    renamed(middle!, { [via]: numbered(i), [from]: i + 1 < depth ? numbered(i + 1) : from }),
  );
  const end = renamed(last!, { [via]: numbered(0) });
  const store = superbox([description!, first!, ...copies.reverse(), end]);
  return { image, store: new Uint8Array(store) };
}
