/** The queries: one set for SQLite and PostgreSQL. */
import type { Transaction } from 'kysely';
import { assertInteger, sha256Hex } from '../core/index.js';
import { bandsOf, bytesDistance, MAX_RADIUS, probesOf } from './bands.js';
import type { Patience } from './busy.js';
import { assertHex, assertText, checkBinding, checkRecord } from './check-record.js';
import { registryError, toRegistryError } from './errors.js';
import type { Db } from './kysely.js';
import type {
  Binding,
  NearRecord,
  NewRecord,
  Registry,
  RegistryPage,
  RegistryRecord,
} from './registry.js';
import { RECORD_COLUMNS, toRecord, toRow } from './rows.js';
import type { RecordRow } from './rows.js';
import type { RegistryTables } from './schema.js';

/** Below it a PDQ hash says little about the picture (the reference's own advice), and many would be alike. */
const SEARCHED_QUALITY = 50;
/** Some thousand are met in a registry of a million pictures. */
const MAX_CANDIDATES = 20_000;
const MAX_LIMIT = 1000;

/** @param wait how a locked database is waited for. */
export function createStore(db: Db, name: string, wait: Patience): Registry {
  const asked = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await wait(work);
    } catch (error) {
      throw toRegistryError(error, name);
    }
  };
  const records = async (rows: readonly RecordRow[]): Promise<RegistryRecord[]> => {
    const bindings = await bindingsOf(db, rows);
    return rows.map((row) => toRecord(row, bindings.get(row.seq) ?? []));
  };
  const select = () => db.selectFrom('imprint_manifest').select(RECORD_COLUMNS);

  return {
    name,
    put: async (record) => {
      checkRecord(record);
      return asked(() => db.transaction().execute((within) => insert(within, record, name)));
    },
    bind: async (id, binding) => {
      assertText(id, 'id');
      checkBinding(binding);
      return asked(() =>
        db.transaction().execute(async (within) => {
          const seq = await seqOf(within, id);
          if (seq !== undefined) await addBindings(within, seq, [binding]);
          return seq !== undefined;
        }),
      );
    },
    get: async (id) => {
      assertText(id, 'id');
      return asked(async () => {
        const [record] = await records(await select().where('id', '=', id).execute());
        return record ?? null;
      });
    },
    readManifest: async (id) => {
      assertText(id, 'id');
      return asked(async () => {
        const row = await db
          .selectFrom('imprint_manifest')
          .select(['manifest', 'manifest_sha256'])
          .where('id', '=', id)
          .executeTakeFirst();
        if (row === undefined) return null;
        const manifest = new Uint8Array(row.manifest);
        if (sha256Hex(manifest) !== row.manifest_sha256) {
          throw registryError('REGISTRY_CORRUPT', name, `manifest ${id} is not what was stored`);
        }
        return manifest;
      });
    },
    findByBinding: async (binding, limit = 10) => {
      checkBinding(binding);
      assertInteger(limit, 'limit', 1, MAX_LIMIT);
      return asked(async () =>
        records(
          await db
            .selectFrom('imprint_binding')
            .innerJoin('imprint_manifest', 'imprint_manifest.seq', 'imprint_binding.seq')
            .select(RECORD_COLUMNS)
            .where('alg', '=', binding.alg)
            .where('value', '=', binding.value)
            .orderBy('imprint_manifest.seq', 'desc')
            .limit(limit)
            .execute(),
        ),
      );
    },
    findByAsset: async (sha256, limit = 10) => {
      assertHex(sha256, 'sha256', 64);
      assertInteger(limit, 'limit', 1, MAX_LIMIT);
      return asked(async () =>
        records(
          await select()
            .where('asset_sha256', '=', sha256)
            .orderBy('seq', 'desc')
            .limit(limit)
            .execute(),
        ),
      );
    },
    findNearest: async (hash, { radius = MAX_RADIUS, limit = 10 } = {}) => {
      assertHex(hash, 'hash', 64);
      assertInteger(radius, 'radius', 0, MAX_RADIUS);
      assertInteger(limit, 'limit', 1, MAX_LIMIT);
      return asked(async () => {
        const near = await nearest(db, hash, radius, limit);
        if (near.length === 0) return [];
        const seqs = near.map(({ seq }) => seq);
        const rows = await select().where('imprint_manifest.seq', 'in', seqs).execute();
        const found = await records(rows);
        const bySeq = new Map(rows.map((row, i) => [row.seq, found[i]!]));
        return near.flatMap(({ seq, distance }): NearRecord[] => {
          const record = bySeq.get(seq);
          return record === undefined ? [] : [{ record, distance }];
        });
      });
    },
    list: async ({ before, limit = 100 } = {}) => {
      if (before !== undefined) assertInteger(before, 'before', 0, 2 ** 31 - 1);
      assertInteger(limit, 'limit', 1, MAX_LIMIT);
      return asked(async (): Promise<RegistryPage> => {
        let query = select()
          .orderBy('seq', 'desc')
          .limit(limit + 1);
        if (before !== undefined) query = query.where('seq', '<', before);
        const rows = await query.execute();
        const page = rows.slice(0, limit);
        return {
          records: await records(page),
          next: rows.length > limit ? page[page.length - 1]!.seq : null,
        };
      });
    },
    remove: async (id) => {
      assertText(id, 'id');
      return asked(() =>
        db.transaction().execute(async (within) => {
          const { numDeletedRows } = await within
            .deleteFrom('imprint_manifest')
            .where('id', '=', id)
            .executeTakeFirstOrThrow();
          return numDeletedRows > 0n;
        }),
      );
    },
    close: () => asked(() => db.destroy()),
  };
}

async function insert(
  db: Transaction<RegistryTables>,
  record: NewRecord,
  name: string,
): Promise<boolean> {
  const added = await db
    .insertInto('imprint_manifest')
    .values(toRow(record))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('seq')
    .executeTakeFirst();
  const seq = added?.seq ?? (await sameRecord(db, record, name));
  await addBindings(db, seq, record.bindings);
  const { fingerprint } = record;
  if (added !== undefined && fingerprint !== null && fingerprint.quality >= SEARCHED_QUALITY) {
    const hash = Buffer.from(fingerprint.hash, 'hex');
    await db
      .insertInto('imprint_fingerprint')
      .values({ seq, hash, ...bandsOf(fingerprint.hash) })
      .execute();
  }
  return added !== undefined;
}

async function sameRecord(
  db: Transaction<RegistryTables>,
  { id, manifest }: NewRecord,
  name: string,
): Promise<number> {
  const row = await db
    .selectFrom('imprint_manifest')
    .select(['seq', 'manifest_sha256'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  if (row.manifest_sha256 !== sha256Hex(manifest))
    throw registryError('REGISTRY_CONFLICT', name, id);
  return row.seq;
}

async function addBindings(
  db: Transaction<RegistryTables>,
  seq: number,
  bindings: readonly Binding[],
): Promise<void> {
  if (bindings.length === 0) return;
  await db
    .insertInto('imprint_binding')
    .values(bindings.map(({ alg, value }) => ({ alg, value, seq })))
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function seqOf(db: Transaction<RegistryTables>, id: string): Promise<number | undefined> {
  const row = await db
    .selectFrom('imprint_manifest')
    .select('seq')
    .where('id', '=', id)
    .executeTakeFirst();
  return row?.seq;
}

async function bindingsOf(db: Db, rows: readonly RecordRow[]): Promise<Map<number, Binding[]>> {
  const bindings = new Map<number, Binding[]>();
  if (rows.length === 0) return bindings;
  const found = await db
    .selectFrom('imprint_binding')
    .selectAll()
    .where(
      'seq',
      'in',
      rows.map(({ seq }) => seq),
    )
    .orderBy('alg')
    .orderBy('value')
    .execute();
  for (const { seq, alg, value } of found) {
    const list = bindings.get(seq) ?? [];
    list.push({ alg, value });
    bindings.set(seq, list);
  }
  return bindings;
}

/** Candidates by the indexes (bands.ts), then counted bit by bit. */
async function nearest(
  db: Db,
  hash: string,
  radius: number,
  limit: number,
): Promise<{ seq: number; distance: number }[]> {
  const wanted = Buffer.from(hash, 'hex');
  const rows = await db
    .selectFrom('imprint_fingerprint')
    .select(['seq', 'hash'])
    .where((where) =>
      where.or(probesOf(hash, radius).map(([band, probes]) => where(band, 'in', probes))),
    )
    .limit(MAX_CANDIDATES)
    .execute();
  return rows
    .map(({ seq, hash: stored }) => ({
      seq,
      distance: bytesDistance(wanted, new Uint8Array(stored)),
    }))
    .filter(({ distance }) => distance <= radius)
    .sort((a, b) => a.distance - b.distance || b.seq - a.seq)
    .slice(0, limit);
}
