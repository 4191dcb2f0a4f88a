/**
 * Kysely in its CommonJS form: its 280 ES modules cost 40 ms of processor time more to load, and `mark` loads it
 * each time.
 */
import { createRequire } from 'node:module';
import type * as KyselyModule from 'kysely';
import type { RegistryTables } from './schema.js';

const kysely = createRequire(import.meta.url)('kysely') as typeof KyselyModule;

export const { Migrator, PostgresDialect, sql, SqliteDialect, SqliteDriver } = kysely;

export type Dialect = 'sqlite' | 'postgres';
export type Db = KyselyModule.Kysely<RegistryTables>;
/** Whatever tables there are, as migrations see it. */
export type AnyDb = KyselyModule.Kysely<unknown>;

export const createDb = (dialect: KyselyModule.Dialect): Db =>
  new kysely.Kysely<RegistryTables>({ dialect });
