/** How long the nearest fingerprints take in a registry of many, and that none is missed. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { MersenneTwister } from '../../src/core/index.js';
import type { Registry } from '../../src/registry/index.js';
import { openRegistry } from '../../src/registry/index.js';
import { startPostgres } from '../../test/support/postgres.js';
import { fillPostgres, fillSqlite, fingerprintOf } from './fill.js';

export interface SearchRow {
  database: string;
  stored: number;
  asked: string;
  queries: number;
  p50: number;
  p95: number;
  max: number;
  /** Of those that must be found. */
  missed: number;
  /** One-minute load average of the machine while it ran. */
  load: number;
}

const QUERIES = 200;
const WARM_UP = 20;

export async function measureSearch(stored: number): Promise<SearchRow[]> {
  console.error(`search: ${stored} fingerprints`);
  const hashes = Array.from({ length: stored }, (_, i) => fingerprintOf(i + 1));
  return [...(await inPostgres(hashes)), ...(await inSqlite(hashes))];
}

async function inPostgres(hashes: readonly string[]): Promise<SearchRow[]> {
  const server = await startPostgres(['shared_buffers=512MB', 'max_wal_size=4GB']);
  try {
    const url = await server.createDatabase();
    await (await openRegistry(url)).close();
    await fillPostgres(url, hashes);
    console.error('  PostgreSQL is filled');
    const registry = await openRegistry(url);
    const rows = await ask('PostgreSQL', registry, hashes);
    await registry.close();
    return rows;
  } finally {
    await server.stop();
  }
}

async function inSqlite(hashes: readonly string[]): Promise<SearchRow[]> {
  const dir = mkdtempSync(join(tmpdir(), 'imprint-search-'));
  try {
    const path = join(dir, 'registry.db');
    await (await openRegistry(path)).close();
    fillSqlite(path, hashes);
    console.error(`  SQLite is filled: ${Math.round(statSync(path).size / 1e6)} MB`);
    const registry = await openRegistry(path);
    const rows = await ask('SQLite', registry, hashes);
    await registry.close();
    return rows;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

async function ask(
  database: string,
  registry: Registry,
  hashes: readonly string[],
): Promise<SearchRow[]> {
  const random = new MersenneTwister(hashes.length);
  const draw = (below: number): number => Math.floor(random.nextDouble() * below);
  const copies = (bits: number) => (): { hash: string; id: string | null } => {
    const n = draw(hashes.length);
    const bytes = Buffer.from(hashes[n]!, 'hex');
    for (const place of distinct(bits, draw)) bytes[place >> 3]! ^= 1 << (place & 7);
    return { hash: bytes.toString('hex'), id: `urn:c2pa:bench-${n + 1}` };
  };
  const kinds = [
    ['copies, 8 bits apart', copies(8)],
    ['copies, 31 bits apart', copies(31)],
    ['unknown pictures', () => ({ hash: fingerprintOf(1e9 + draw(1e9)), id: null })],
  ] as const;
  const rows: SearchRow[] = [];
  for (const [asked, next] of kinds) {
    const times: number[] = [];
    let missed = 0;
    for (let i = -WARM_UP; i < QUERIES; i++) {
      const { hash, id } = next();
      const started = performance.now();
      const found = await registry.findNearest(hash);
      if (i >= 0) times.push(performance.now() - started);
      if (id !== null && found[0]?.record.id !== id) missed++;
    }
    times.sort((a, b) => a - b);
    const at = (share: number): number => times[Math.floor(share * (times.length - 1))]!;
    const row = { p50: at(0.5), p95: at(0.95), max: at(1), missed, load: loadavg()[0]! };
    rows.push({ database, stored: hashes.length, asked, queries: QUERIES, ...row });
    console.error(
      `  ${database}, ${asked}: p50 ${row.p50.toFixed(1)} ms, p95 ${row.p95.toFixed(1)} ms`,
    );
  }
  return rows;
}

function distinct(count: number, draw: (below: number) => number): Set<number> {
  const places = new Set<number>();
  while (places.size < count) places.add(draw(256));
  return places;
}
