/** Which registry the options and the environment name, opened and closed around a piece of work. */
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Registry } from '../provenance/index.js';
import { openRegistry, RegistryError } from '../provenance/index.js';
import type { CliIo } from './io.js';
import { dataDir } from './io.js';
import { environmentValue } from './secrets.js';

export interface RegistryFlags {
  /** False for `--no-registry`. */
  registry?: string | boolean;
}

const VARIABLES = ['IMPRINT_REGISTRY', 'DATABASE_URL'];

export function addRegistryOption(command: Command): Command {
  return command.option(
    '--registry <file|url>',
    'SQLite file or postgres:// address (default: IMPRINT_REGISTRY, DATABASE_URL, else registry.db in the data folder)',
  );
}

/** For the verbs that write: they remember what they wrote unless told not to. */
export function addRememberOptions(command: Command): Command {
  return addRegistryOption(command).option(
    '--no-registry',
    'do not remember what is written; a stripped copy then finds back to nothing',
  );
}

export function registryAddress(env: CliIo['env'], { registry }: RegistryFlags): string {
  if (typeof registry === 'string') return registry;
  return environmentValue(env, VARIABLES)?.value ?? join(dataDir(env), 'registry.db');
}

/** @throws RegistryError */
export async function withRegistry<T>(
  io: CliIo,
  flags: RegistryFlags,
  work: (registry: Registry) => Promise<T>,
): Promise<T> {
  const registry = await openRegistry(registryAddress(io.env, flags));
  try {
    return await work(registry);
  } finally {
    // What was to be kept is kept; a connection that does not end well changes nothing about that.
    await registry.close().catch(() => undefined);
  }
}

/**
 * For work that ends in a file: opened before it begins, so that a registry out of order costs no image its minutes.
 *
 * @throws RegistryError which says that the image was not written.
 */
export async function remembering<T>(
  io: CliIo,
  flags: RegistryFlags,
  work: (registry: { registry?: Registry }) => Promise<T>,
): Promise<T> {
  if (flags.registry === false) return work({});
  try {
    return await withRegistry(io, flags, (registry) => work({ registry }));
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const message = `${error.message}; the image was not written (--no-registry writes it without remembering it)`;
    throw new RegistryError({ code: error.code, message, cause: error });
  }
}

export interface RecoverFlags extends RegistryFlags {
  recover: boolean;
}

/** For `verify`, which asks only when told to. It stays open: the process ends when the last file is done. */
export async function recoverOption(
  io: CliIo,
  flags: RecoverFlags,
): Promise<{ registry?: Registry }> {
  if (!flags.recover && flags.registry === undefined) return {};
  return { registry: await openRegistry(registryAddress(io.env, flags)) };
}
