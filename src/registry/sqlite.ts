/** The registry as a file: SQLite by libsql, with a write-ahead log, synced at every commit. */
import { mkdir, open } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import Database from 'libsql';
import { NATIVE_WAIT_MS, patience } from './busy.js';
import { toRegistryError } from './errors.js';
import type { AnyDb, Db } from './kysely.js';
import { createDb } from './kysely.js';
import { migrate } from './migrations.js';
import type { Registry } from './registry.js';
import { sqliteDialect } from './sqlite-dialect.js';
import { createStore } from './store.js';

/** How long one waits for another process that writes. */
const BUSY_MS = 10_000;

/**
 * @param path is made when it is not there, for its owner alone: manifests hold names.
 * @param busyMs how long to wait for another process that writes. Default 10 s.
 * @throws RegistryError
 */
export async function openSqlite(path: string, busyMs = BUSY_MS): Promise<Registry> {
  const file = resolve(path);
  const wait = patience(busyMs);
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await (await open(file, 'a', 0o600)).close();
    return createStore(await wait(() => connect(file)), file, wait);
  } catch (error) {
    throw toRegistryError(error, file);
  }
}

async function connect(file: string): Promise<Db> {
  const database = new Database(file, { timeout: NATIVE_WAIT_MS });
  try {
    database.pragma('journal_mode = wal');
    // With `normal`, what was committed last could be lost when the power fails.
    database.pragma('synchronous = full');
    database.pragma('foreign_keys = on');
    const db = createDb(sqliteDialect(database));
    await migrate(db as unknown as AnyDb, 'sqlite', file);
    return db;
  } catch (error) {
    database.close();
    throw error;
  }
}
