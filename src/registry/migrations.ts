/** Versions of the tables. A migration that was published is never changed: the next one changes the tables. */
import type { Migration } from 'kysely';
import { BAND_NAMES } from './bands.js';
import type { AnyDb, Dialect } from './kysely.js';
import { Migrator, sql } from './kysely.js';
import { registryError } from './errors.js';

const TABLE = 'imprint_migration';

const manifests = (dialect: Dialect): Migration => ({
  up: async (db: AnyDb) => {
    const bytes = dialect === 'sqlite' ? 'blob' : 'bytea';
    const { schema } = db;
    await schema
      .createTable('imprint_manifest')
      .addColumn('seq', dialect === 'sqlite' ? 'integer' : 'serial', (column) =>
        dialect === 'sqlite' ? column.primaryKey().autoIncrement() : column.primaryKey(),
      )
      .addColumn('id', 'text', (column) => column.notNull().unique())
      .addColumn('manifest', bytes, (column) => column.notNull())
      .addColumn('manifest_sha256', 'text', (column) => column.notNull())
      .addColumn('manifest_bytes', 'integer', (column) => column.notNull())
      .addColumn('time', 'text', (column) => column.notNull())
      .addColumn('signer', 'text')
      .addColumn('origin', 'text')
      .addColumn('generator', 'text')
      .addColumn('asset_sha256', 'text')
      .addColumn('asset_mime', 'text')
      .addColumn('asset_bytes', 'integer')
      .addColumn('width', 'integer')
      .addColumn('height', 'integer')
      .addColumn('fingerprint', 'text')
      .addColumn('quality', 'integer')
      .execute();
    await schema
      .createIndex('imprint_manifest_asset')
      .on('imprint_manifest')
      .column('asset_sha256')
      .execute();
    await schema
      .createTable('imprint_binding')
      .addColumn('alg', 'text', (column) => column.notNull())
      .addColumn('value', 'text', (column) => column.notNull())
      .addColumn('seq', 'integer', (column) =>
        column.notNull().references('imprint_manifest.seq').onDelete('cascade'),
      )
      .addPrimaryKeyConstraint('imprint_binding_key', ['alg', 'value', 'seq'])
      .execute();
    await schema.createIndex('imprint_binding_seq').on('imprint_binding').column('seq').execute();
    let prints = schema
      .createTable('imprint_fingerprint')
      .addColumn('seq', 'integer', (column) =>
        column.primaryKey().references('imprint_manifest.seq').onDelete('cascade'),
      )
      .addColumn('hash', bytes, (column) => column.notNull());
    for (const name of BAND_NAMES) {
      prints = prints.addColumn(name, 'smallint', (column) => column.notNull());
    }
    await prints.execute();
    for (const name of BAND_NAMES) {
      await schema
        .createIndex(`imprint_fingerprint_${name}`)
        .on('imprint_fingerprint')
        .column(name)
        .execute();
    }
  },
});

const migrationsFor = (dialect: Dialect): Record<string, Migration> => ({
  '0001-manifests': manifests(dialect),
});

/**
 * Brings the tables to this version. One process at a time does: SQLite by its write lock, PostgreSQL by Kysely's
 * advisory lock; the others wait and find it done.
 *
 * @throws RegistryError REGISTRY_NEWER
 */
export async function migrate(db: AnyDb, dialect: Dialect, name: string): Promise<void> {
  const migrations = migrationsFor(dialect);
  const state = await stateOf(db, migrations, name);
  if (state === 'current') return;
  if (dialect === 'postgres') return runMigrations(db, migrations);
  await db.connection().execute(async (connection) => {
    await sql`begin immediate`.execute(connection);
    try {
      // Another process may have been first while this one waited.
      if ((await stateOf(connection, migrations, name)) !== 'current') {
        await runMigrations(connection, migrations);
      }
      await sql`commit`.execute(connection);
    } catch (error) {
      await sql`rollback`.execute(connection).catch(() => undefined);
      throw error;
    }
  });
}

async function runMigrations(db: AnyDb, migrations: Record<string, Migration>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableName: TABLE,
    migrationLockTableName: `${TABLE}_lock`,
  });
  const { error } = await migrator.migrateToLatest();
  if (error !== undefined) throw error as Error;
}

/** Asked directly, since Kysely's own way reads the whole catalogue each time. */
async function stateOf(
  db: AnyDb,
  migrations: Record<string, Migration>,
  name: string,
): Promise<'current' | 'older'> {
  const known = Object.keys(migrations);
  const done = await applied(db);
  const later = done.find((migration) => !known.includes(migration));
  if (later !== undefined) throw registryError('REGISTRY_NEWER', name, `migration ${later}`);
  return known.every((migration) => done.includes(migration)) ? 'current' : 'older';
}

async function applied(db: AnyDb): Promise<string[]> {
  try {
    const { rows } = await sql<{ name: string }>`select name from ${sql.table(TABLE)}`.execute(db);
    return rows.map((row) => row.name);
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    if (code === '42P01' || (code === 'SQLITE_ERROR' && /no such table/.test(message ?? ''))) {
      return [];
    }
    throw error;
  }
}
