import { errorMessage, ImprintError } from '../core/index.js';

export type RegistryErrorCode =
  /** No such server, no such folder, no permission, or the password is wrong. */
  | 'REGISTRY_UNAVAILABLE'
  /** Another process held it for longer than one waits. */
  | 'REGISTRY_LOCKED'
  | 'REGISTRY_READ_ONLY'
  /** The file is damaged, or is no database. */
  | 'REGISTRY_CORRUPT'
  /** No space is left. */
  | 'REGISTRY_FULL'
  /** It was made by a later version of this package. */
  | 'REGISTRY_NEWER'
  /** The address is neither a file nor PostgreSQL. */
  | 'REGISTRY_UNSUPPORTED'
  /** The id is taken by another manifest. */
  | 'REGISTRY_CONFLICT'
  /** Whatever else the database says. */
  | 'REGISTRY_FAILED';

export class RegistryError extends ImprintError<RegistryErrorCode> {}

const MEANING: Record<RegistryErrorCode, string> = {
  REGISTRY_UNAVAILABLE: 'cannot be opened',
  REGISTRY_LOCKED: 'is locked by another process',
  REGISTRY_READ_ONLY: 'cannot be written to',
  REGISTRY_CORRUPT: 'is damaged or no database',
  REGISTRY_FULL: 'has no space left',
  REGISTRY_NEWER: 'was made by a later version',
  REGISTRY_UNSUPPORTED: 'is neither a file nor a PostgreSQL address',
  REGISTRY_CONFLICT: 'has another manifest under this id',
  REGISTRY_FAILED: 'failed',
};

/** SQLite's result codes (https://sqlite.org/rescode.html) without what follows the first word. */
const SQLITE: Readonly<Record<string, RegistryErrorCode>> = {
  SQLITE_BUSY: 'REGISTRY_LOCKED',
  SQLITE_LOCKED: 'REGISTRY_LOCKED',
  SQLITE_READONLY: 'REGISTRY_READ_ONLY',
  SQLITE_CORRUPT: 'REGISTRY_CORRUPT',
  SQLITE_NOTADB: 'REGISTRY_CORRUPT',
  SQLITE_FORMAT: 'REGISTRY_CORRUPT',
  SQLITE_FULL: 'REGISTRY_FULL',
  SQLITE_CANTOPEN: 'REGISTRY_UNAVAILABLE',
  SQLITE_PERM: 'REGISTRY_UNAVAILABLE',
};

/** Classes and codes of SQLSTATE (PostgreSQL 17, appendix A), and of node's network errors. */
const POSTGRES: readonly (readonly [RegExp, RegistryErrorCode])[] = [
  [/^(08|28|3D|57P0)/, 'REGISTRY_UNAVAILABLE'],
  [/^(E[A-Z]{3,}|ERR_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|CERT_)/, 'REGISTRY_UNAVAILABLE'],
  [/^53[12]00$/, 'REGISTRY_FULL'],
  [/^53300$/, 'REGISTRY_UNAVAILABLE'],
  [/^(55P03|57014|40P01|40001)$/, 'REGISTRY_LOCKED'],
  [/^(25006|42501)$/, 'REGISTRY_READ_ONLY'],
  [/^XX/, 'REGISTRY_CORRUPT'],
];

/** What the driver threw, as an error of ours that names the registry; those of ours are passed on. */
export function toRegistryError(thrown: unknown, name: string): unknown {
  if (thrown instanceof ImprintError || thrown instanceof RangeError) return thrown;
  const said = errorMessage(thrown);
  const code = codeOf(thrown, said);
  return registryError(code, name, said, thrown);
}

export function registryError(
  code: RegistryErrorCode,
  name: string,
  detail: string,
  cause?: unknown,
): RegistryError {
  const more = detail === '' ? '' : ` (${detail})`;
  return new RegistryError({
    code,
    message: `the registry ${name} ${MEANING[code]}${more}`,
    ...(cause === undefined ? {} : { cause }),
  });
}

function codeOf(thrown: unknown, said: string): RegistryErrorCode {
  const given: unknown = (thrown as { code?: unknown } | null)?.code;
  const code = typeof given === 'string' ? given : '';
  const sqlite = /^SQLITE_[A-Z]+/.exec(code)?.[0];
  if (sqlite !== undefined) return SQLITE[sqlite] ?? 'REGISTRY_FAILED';
  const found = POSTGRES.find(([pattern]) => code !== '' && pattern.test(code));
  if (found !== undefined) return found[1];
  // libsql and pg throw these without a code.
  if (/^ConnectionFailed|Unable to open|[Cc]onnection terminated|timeout/.test(said)) {
    return 'REGISTRY_UNAVAILABLE';
  }
  return 'REGISTRY_FAILED';
}
