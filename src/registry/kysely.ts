/** The parts of Kysely that the registry uses. They are bundled into dist/ (tools/build.mjs), since `mark` loads them each time. */
import type * as KyselyModule from 'kysely';
import { Kysely, Migrator, PostgresDialect, sql, SqliteDialect, SqliteDriver } from 'kysely';
import type { RegistryTables } from './schema.js';

export { Migrator, PostgresDialect, sql, SqliteDialect, SqliteDriver };

export type Dialect = 'sqlite' | 'postgres';
export type Db = Kysely<RegistryTables>;
/** Whatever tables there are, as migrations see it. */
export type AnyDb = Kysely<unknown>;

export const createDb = (dialect: KyselyModule.Dialect): Db =>
  new Kysely<RegistryTables>({ dialect });
