/** How often a stripped and changed copy of a marked picture finds its manifest, among those of the other pictures. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OutputFormat, Pixels } from '../../src/image/index.js';
import {
  createPixels,
  cropPixels,
  decodeImage,
  encodeImage,
  resizePixels,
} from '../../src/image/index.js';
import { ensureDevCertificates, mark, openRegistry, recover } from '../../src/provenance/index.js';

export interface RecoveryRow {
  change: string;
  copies: number;
  byWatermark: number;
  byFingerprint: number;
  /** Another picture's manifest came first. */
  wrong: number;
  nothing: number;
  /** Largest distance between the fingerprints of a copy and its own original, bits. */
  farthest: number | null;
}

type Change = (pixels: Pixels) => Promise<Uint8Array> | Uint8Array;

const as = (pixels: Pixels, format: OutputFormat, quality?: number): Promise<Uint8Array> =>
  encodeImage(pixels, quality === undefined ? { format } : { format, quality });
const scaled = (pixels: Pixels, by: number): Promise<Pixels> =>
  resizePixels(pixels, Math.round(pixels.width * by), Math.round(pixels.height * by));
const cropped = ({ width, height, ...rest }: Pixels, by: number): Pixels => {
  const [w, h] = [Math.round(width * by), Math.round(height * by)];
  return cropPixels({ width, height, ...rest }, (width - w) >> 1, (height - h) >> 1, w, h);
};

function mirrored({ data, width, height, channels }: Pixels): Pixels {
  const out = createPixels(width, height, channels);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + width - 1 - x) * channels;
      out.data.set(data.subarray(from, from + channels), (y * width + x) * channels);
    }
  }
  return out;
}

/** Every one of them loses all metadata. */
const CHANGES: readonly (readonly [string, Change])[] = [
  ['PNG, nothing else', (p) => as(p, 'png')],
  ['JPEG, quality 80', (p) => as(p, 'jpeg', 80)],
  ['JPEG, quality 40', (p) => as(p, 'jpeg', 40)],
  ['WebP, quality 60', (p) => as(p, 'webp', 60)],
  ['AVIF, quality 45', (p) => as(p, 'avif', 45)],
  ['half the size, JPEG 75', async (p) => as(await scaled(p, 0.5), 'jpeg', 75)],
  ['128 pixels wide, JPEG 75', async (p) => as(await scaled(p, 128 / p.width), 'jpeg', 75)],
  ['middle 90 % of each side, JPEG 80', (p) => as(cropped(p, 0.9), 'jpeg', 80)],
  ['middle 60 % of each side, JPEG 80', (p) => as(cropped(p, 0.6), 'jpeg', 80)],
  ['mirrored, JPEG 80', (p) => as(mirrored(p), 'jpeg', 80)],
];

/** A photograph and its four quarters are five pictures that nobody takes for one another. */
function partsOf(pixels: Pixels): Pixels[] {
  const [w, h] = [pixels.width >> 1, pixels.height >> 1];
  const corners = [0, 1, 2, 3].map((n) => cropPixels(pixels, (n & 1) * w, (n >> 1) * h, w, h));
  return [pixels, ...corners];
}

export interface RecoveryOptions {
  /** Searched for photographs. */
  folder: string;
  /** Pictures at most. */
  limit: number;
  /** No picture is begun later. */
  minutes: number;
  /** Longest side that a picture is marked at. */
  side: number;
}

export async function measureRecovery(
  options: RecoveryOptions,
): Promise<{ pictures: number; skipped: number; side: number; rows: RecoveryRow[] }> {
  const { folder, limit, minutes, side } = options;
  const dir = mkdtempSync(join(tmpdir(), 'imprint-recovery-'));
  const registry = await openRegistry(join(dir, 'registry.db'));
  const issuer = { ...(await ensureDevCertificates(join(dir, 'certs'))), registry };
  const rows = CHANGES.map(([change]): RecoveryRow => ({
    change,
    ...{ copies: 0, byWatermark: 0, byFingerprint: 0, wrong: 0, nothing: 0, farthest: null },
  }));
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(jpe?g|png)$/i.test(name))
    .sort();
  const until = Date.now() + minutes * 60_000;
  const atWork = (): boolean => pictures < limit && Date.now() < until;
  let [pictures, skipped] = [0, 0];
  const take = async (picture: Pixels, name: string): Promise<void> => {
    const scale = Math.min(1, side / Math.max(picture.width, picture.height));
    const png = await as(scale < 1 ? await scaled(picture, scale) : picture, 'png');
    const marked = await mark(png, issuer).catch(() => null);
    if (marked === null) {
      skipped++;
      return;
    }
    pictures++;
    const own = await decodeImage(marked.bytes);
    for (const [at, [, change]] of CHANGES.entries()) {
      const row = rows[at]!;
      const { matches } = await recover(await change(own.pixels), registry);
      const [best] = matches;
      row.copies++;
      if (best === undefined) row.nothing++;
      else if (best.record.id !== marked.manifestId) row.wrong++;
      else if (best.by === 'fingerprint') row.byFingerprint++;
      else row.byWatermark++;
      if (best?.record.id === marked.manifestId && best.distance !== null) {
        row.farthest = Math.max(row.farthest ?? 0, best.distance);
      }
    }
    console.error(`  ${pictures}: ${name}`);
  };
  try {
    // Part by part, so that a run that ends early has seen every photograph.
    for (let part = 0; part < 5 && atWork(); part++) {
      for (const name of names) {
        if (!atWork()) break;
        const { pixels } = await decodeImage(readFileSync(join(folder, name)));
        await take(partsOf(pixels)[part]!, `${name} ${part}`);
      }
    }
    return { pictures, skipped, side, rows };
  } finally {
    await registry.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
