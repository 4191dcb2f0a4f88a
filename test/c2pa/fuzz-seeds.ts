/** The files that are damaged: the committed fixtures, and those of others where present. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { readCrJson } from '../../src/c2pa/index.js';
import type { CrJsonReading, TrustSettings } from '../../src/c2pa/index.js';
import { withEngine } from '../../src/c2pa/engine.js';
import { sniffFormat } from '../../src/image/index.js';
import { assetPath, haveAssets } from '../support/assets.js';
import { fixture, fixturePath } from '../support/fixtures.js';
import type { Target } from './fuzz-mutate.js';

export interface Seed extends Target {
  name: string;
  mime: string;
  /** Lists under which the file, and what becomes of it, is read. */
  trust: TrustSettings;
  reading: CrJsonReading;
}

const SIGNED = ['webp', 'avif', 'tiff', 'gif', 'jxl', 'svg'].map(
  (type) => `manifests/signed.${type}`,
);
const FIXTURES = [
  ...['manifests/generated.png', 'manifests/marked.jpg', 'manifests/altered.png'],
  ...SIGNED,
  'images/pillow-text.png',
];
const OTHERS = ['c2pa/c2pa-rs', 'c2pa/example-assets'];
/** Larger files take their time in every one of thousands of runs and have no other manifests. */
const MAX_BYTES = 2 << 20;

function filesOf(folder: string): [string, Uint8Array][] {
  return readdirSync(assetPath(folder))
    .map((name): [string, string] => [name, assetPath(`${folder}/${name}`)])
    .filter(([name]) => /\.(jpe?g|png|tiff?|webp|avif|heic|svg)$/i.test(name))
    .map(([name, path]): [string, Uint8Array] => [name, new Uint8Array(readFileSync(path))])
    .filter(([, bytes]) => bytes.length <= MAX_BYTES);
}

/** The manifest store as the engine hands it out; null for files without one. */
async function storeOf(bytes: Uint8Array, mime: string): Promise<Uint8Array | null> {
  return withEngine(async ({ Reader }) => {
    try {
      const reader = await Reader.fromBytes(mime, bytes, null);
      const store = reader.resourceToBytes(`self#jumbf=/c2pa/${reader.activeLabel()}`);
      reader.free();
      return store;
    } catch {
      return null;
    }
  });
}

/**
 * @param only names to take; default all.
 * @returns the seeds, in a fixed order.
 */
export async function loadSeeds(only?: readonly string[]): Promise<Seed[]> {
  const files: [string, Uint8Array][] = [
    ...FIXTURES.map((name): [string, Uint8Array] => [basename(name), fixture(name)]),
    ...(haveAssets ? OTHERS.flatMap(filesOf) : []),
  ];
  const lists = [
    { name: 'fixtures', anchorsPem: readFileSync(fixturePath('certs/fixture-ca.pem'), 'utf8') },
  ];
  if (haveAssets) {
    const roots = assetPath('c2pa/c2pa-rs/trust/test_cert_root_bundle.pem');
    lists.push({ name: 'test roots', anchorsPem: readFileSync(roots, 'utf8') });
  }
  const trust = { lists };
  const seeds: Seed[] = [];
  for (const [name, bytes] of files) {
    if (only !== undefined && !only.includes(name)) continue;
    const mime = sniffFormat(bytes)?.mime;
    if (mime === undefined) continue;
    const store = await storeOf(bytes, mime);
    // In one piece in most formats; a JPEG has it in segments, which start alike.
    const found = store === null ? -1 : Buffer.from(bytes).indexOf(store.subarray(0, 60));
    const start = Math.max(0, found);
    const end = found < 0 ? bytes.length : Math.min(bytes.length, start + store!.length);
    const reading = await readCrJson(bytes, mime, { trust });
    seeds.push({ name, mime, bytes, start, end, trust, reading, donor: new Uint8Array(0) });
  }
  const located = seeds.filter(({ bytes, start, end }) => end - start < bytes.length);
  return seeds.map((seed, index) => {
    const alike = located.filter((other) => other.mime === seed.mime && other !== seed);
    const donor = alike[index % Math.max(1, alike.length)];
    return donor === undefined
      ? seed
      : { ...seed, donor: donor.bytes.subarray(donor.start, donor.end) };
  });
}
