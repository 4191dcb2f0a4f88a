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

/** @param folder searched for pictures. @param minutes no picture is begun later. */
export async function measureRecovery(
  folder: string,
  limit: number,
  minutes: number,
): Promise<{ pictures: number; skipped: number; rows: RecoveryRow[] }> {
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
  // Spread over the folder, so that a run that ends early has seen all kinds.
  const step = Math.max(1, Math.floor(names.length / limit));
  const until = Date.now() + minutes * 60_000;
  let [pictures, skipped] = [0, 0];
  try {
    for (let i = 0; i < names.length && pictures < limit && Date.now() < until; i += step) {
      const { pixels } = await decodeImage(readFileSync(join(folder, names[i]!)));
      const side = Math.min(1, 1024 / Math.max(pixels.width, pixels.height));
      const png = await as(side < 1 ? await scaled(pixels, side) : pixels, 'png');
      const marked = await mark(png, issuer).catch(() => null);
      if (marked === null) {
        skipped++;
        continue;
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
      console.error(`  ${pictures}: ${names[i]}`);
    }
    return { pictures, skipped, rows };
  } finally {
    await registry.close();
    rmSync(dir, { recursive: true, force: true });
  }
}
