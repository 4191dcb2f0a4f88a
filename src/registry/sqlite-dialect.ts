/** Kysely's SQLite, with transactions that take the write lock before anything else. */
import type { Dialect, SqliteDatabase } from 'kysely';
import { SqliteDialect, SqliteDriver } from './kysely.js';

export interface LibsqlDatabase extends SqliteDatabase {
  exec(sql: string): unknown;
}

/**
 * With libsql 0.5 a prepared statement that meets a locked database stays open until it is collected, and as long as
 * it does nothing of the connection can be committed. `exec` leaves none. So every write is a transaction, and
 * the lock is met only here.
 */
class ImmediateDriver extends SqliteDriver {
  readonly #database: LibsqlDatabase;

  constructor(database: LibsqlDatabase) {
    super({ database });
    this.#database = database;
  }

  override async beginTransaction(): Promise<void> {
    await this.#exec('begin immediate');
  }

  override async commitTransaction(): Promise<void> {
    await this.#exec('commit');
  }

  override async rollbackTransaction(): Promise<void> {
    await this.#exec('rollback');
  }

  /** What it throws becomes a rejection, as of the other statements. */
  #exec(statement: string): Promise<unknown> {
    return Promise.resolve().then(() => this.#database.exec(statement));
  }
}

class ImmediateDialect extends SqliteDialect {
  readonly #database: LibsqlDatabase;

  constructor(database: LibsqlDatabase) {
    super({ database });
    this.#database = database;
  }

  override createDriver(): ImmediateDriver {
    return new ImmediateDriver(this.#database);
  }
}

export const sqliteDialect = (database: LibsqlDatabase): Dialect => new ImmediateDialect(database);
