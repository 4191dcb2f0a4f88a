/** An address -> the registry there. Drivers are loaded when they are needed, since that is what takes the time. */
import { assertString } from '../core/index.js';
import { RegistryError } from './errors.js';
import type { Registry } from './registry.js';

/**
 * @param address `postgres://...` or `postgresql://...`, else a path of an SQLite file, which is made when it is not there.
 * @throws RegistryError
 */
export async function openRegistry(address: string): Promise<Registry> {
  assertString(address, 'address', 4096);
  if (/^postgres(ql)?:\/\//i.test(address)) {
    return (await import('./postgres.js')).openPostgres(address);
  }
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(address) || address === '' || address.includes('\0')) {
    throw new RegistryError({
      code: 'REGISTRY_UNSUPPORTED',
      message: 'the address of the registry is neither a file nor postgres://...',
    });
  }
  return (await import('./sqlite.js')).openSqlite(address);
}
