/** A registry of many fingerprints, filled past the port: a million single puts would take an hour. */
import { chmodSync, createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { finished } from 'node:stream/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'libsql';
import pg from 'pg';
import { MersenneTwister } from '../../src/core/index.js';
import { BAND_NAMES, bandsOf } from '../../src/registry/bands.js';

const TABLE = 'imprint_fingerprint';
const indexName = (band: string): string => `${TABLE}_${band}`;

/** Fingerprint `n`, with half of its bits set as every PDQ hash has. */
export function fingerprintOf(n: number): string {
  const random = new MersenneTwister(n);
  const places = Array.from({ length: 256 }, (_, i) => i);
  const bytes = Buffer.alloc(32);
  for (let i = 0; i < 128; i++) {
    const other = i + Math.floor(random.nextDouble() * (256 - i));
    [places[i], places[other]] = [places[other]!, places[i]!];
    bytes[places[i]! >> 3]! |= 1 << (places[i]! & 7);
  }
  return bytes.toString('hex');
}

const idOf = (n: number): string => `urn:c2pa:bench-${n}`;
const TIME = '2026-01-01T00:00:00.000Z';
const MANIFEST_COLUMNS =
  'seq,id,manifest,manifest_sha256,manifest_bytes,time,origin,asset_sha256,fingerprint,quality';

/** @param hashes of records 1, 2, ... */
export async function fillPostgres(url: string, hashes: readonly string[]): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'imprint-fill-'));
  // The server reads the files as another user.
  chmodSync(dir, 0o755);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await writeLines(join(dir, 'manifests'), hashes, (hash, n) =>
      [n, idOf(n), '\\\\x00', hash, 1, TIME, 'generated', hash, hash, 100].join('\t'),
    );
    await writeLines(join(dir, 'prints'), hashes, (hash, n) =>
      [n, `\\\\x${hash}`, ...Object.values(bandsOf(hash))].join('\t'),
    );
    for (const band of BAND_NAMES) await client.query(`drop index ${indexName(band)}`);
    await client.query(`copy imprint_manifest (${MANIFEST_COLUMNS}) from '${dir}/manifests'`);
    await client.query(`copy ${TABLE} (seq, hash, ${BAND_NAMES.join()}) from '${dir}/prints'`);
    for (const band of BAND_NAMES) {
      await client.query(`create index ${indexName(band)} on ${TABLE} (${band})`);
    }
    await client.query(`select setval('imprint_manifest_seq_seq', ${hashes.length})`);
    await client.query('vacuum analyze');
  } finally {
    await client.end();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function writeLines(
  path: string,
  hashes: readonly string[],
  line: (hash: string, n: number) => string,
): Promise<void> {
  const out = createWriteStream(path, { mode: 0o644 });
  for (let start = 0; start < hashes.length; start += 5000) {
    const lines = hashes.slice(start, start + 5000).map((hash, i) => line(hash, start + i + 1));
    if (!out.write(`${lines.join('\n')}\n`))
      await new Promise<void>((drained) => out.once('drain', () => drained()));
  }
  out.end();
  await finished(out);
}

export function fillSqlite(path: string, hashes: readonly string[]): void {
  const db = new Database(path);
  for (const band of BAND_NAMES) db.exec(`drop index ${indexName(band)}`);
  db.exec('begin');
  const manifest = db.prepare(
    `insert into imprint_manifest (${MANIFEST_COLUMNS}) values (?, ?, x'00', ?, 1, '${TIME}', 'generated', ?, ?, 100)`,
  );
  const marks = BAND_NAMES.map(() => '?').join();
  const print = db.prepare(
    `insert into ${TABLE} (seq, hash, ${BAND_NAMES.join()}) values (?, ?, ${marks})`,
  );
  hashes.forEach((hash, i) => {
    manifest.run([i + 1, idOf(i + 1), hash, hash, hash]);
    print.run([i + 1, Buffer.from(hash, 'hex'), ...Object.values(bandsOf(hash))]);
  });
  db.exec('commit');
  for (const band of BAND_NAMES) db.exec(`create index ${indexName(band)} on ${TABLE} (${band})`);
  db.exec('analyze');
  db.close();
}
