/** The registry in PostgreSQL 14 or later. */
import pg from 'pg';
import { noPatience } from './busy.js';
import { toRegistryError } from './errors.js';
import type { AnyDb, Db } from './kysely.js';
import { createDb, PostgresDialect } from './kysely.js';
import { migrate } from './migrations.js';
import type { Registry } from './registry.js';
import { createStore } from './store.js';

const CONNECT_MS = 10_000;
const STATEMENT_MS = 30_000;

/**
 * @param url `postgres://user:password@host:port/database?sslmode=...`, as libpq reads it.
 * @param connections at most this many at a time. Default 10.
 * @throws RegistryError
 */
export async function openPostgres(url: string, connections = 10): Promise<Registry> {
  const name = nameOf(url);
  let db: Db | undefined;
  try {
    const pool = new pg.Pool({
      connectionString: url,
      max: connections,
      connectionTimeoutMillis: CONNECT_MS,
      statement_timeout: STATEMENT_MS,
      application_name: 'imprint',
      // An idle connection is no reason for a command to stay.
      allowExitOnIdle: true,
    });
    // A connection that breaks while nobody uses it is replaced; without a listener it would end the process.
    pool.on('error', () => undefined);
    db = createDb(new PostgresDialect({ pool }));
    await migrate(db as unknown as AnyDb, 'postgres', name);
    return createStore(db, name, noPatience);
  } catch (error) {
    await db?.destroy();
    throw toRegistryError(error, name);
  }
}

/** Server and database, without user and password. */
function nameOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `postgres://${host}${pathname}`;
  } catch {
    return 'postgres://';
  }
}
