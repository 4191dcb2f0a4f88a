/** `imprint serve`: the HTTP service, and the API keys that it takes. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { printable } from '../../core/index.js';
import type { Search } from '../../provenance/index.js';
import type { Scope, ServiceLimits, StoredKey } from '../../service/index.js';
import { UsageError } from '../exit.js';
import { EXIT } from '../exit.js';
import type { CliIo } from '../io.js';
import { dataDir } from '../io.js';
import type { IssuerFlags } from '../issuer.js';
import { issuerFor, readWatermarkKey } from '../issuer.js';
import { integerOption, listOption, timeOption } from '../options.js';
import type { RegistryFlags } from '../registry.js';
import { addRememberOptions, registryAddress } from '../registry.js';
import { toldToEnd } from '../signals.js';
import { trustLists } from '../trust.js';
import { addIssuerOptions, searchOption } from './shared.js';

interface ServeFlags extends IssuerFlags, RegistryFlags {
  publicUrl?: string;
  queue?: string;
  host: string;
  port: number;
  workers?: number;
  anonymous: boolean;
  verifyOnly: boolean;
  trust: string[];
  trustProxy?: string;
  fetchRemote: boolean;
  search?: Search;
  openMetrics: boolean;
  logLevel: string;
  maxBytes?: number;
  maxPixels?: number;
  maxQueue?: number;
  workTimeout?: number;
  requestTimeout?: number;
  keyRate?: number;
  addressRate?: number;
}

export const keyFilePath = (env: CliIo['env']): string => join(dataDir(env), 'api-keys.json');

export function addServeCommand(program: Command, io: CliIo, done: (code: number) => void): void {
  const serve = program.command('serve').description('the HTTP service and its page');
  serve
    .addOption(
      new Option('--host <address>', 'address to listen on')
        .default('127.0.0.1')
        .env('IMPRINT_HOST'),
    )
    .addOption(
      new Option('--port <n>', 'port; 0 takes a free one')
        .default(8080)
        .env('IMPRINT_PORT')
        .argParser(integerOption(0, 65_535)),
    )
    .option('--workers <n>', 'threads (default: one for each core but one)', integerOption(1, 256))
    .option('--anonymous', 'take verify requests without an API key', false)
    .option('--verify-only', 'neither mark nor generate', false)
    .option(
      '--trust <list>',
      'whom to believe: official, interim, dev, or a PEM file',
      listOption,
      [],
    )
    .option('--fetch-remote', 'fetch manifests that files keep elsewhere (https)', false)
    .addOption(searchOption())
    .option(
      '--trust-proxy <n>',
      'proxies in front whose X-Forwarded-For is believed, or their addresses',
    )
    .addOption(
      new Option(
        '--queue <redis>',
        'redis://... that `imprint worker` processes take jobs from (default: jobs run here)',
      ).env('IMPRINT_QUEUE'),
    )
    .option('--public-url <url>', 'address under which others reach this server, for discovery')
    .option('--open-metrics', 'show /metrics without a key', false)
    .addOption(
      new Option('--log-level <level>', 'what is logged (JSON lines on standard error)')
        .choices(['silent', 'error', 'warn', 'info', 'debug'])
        .default('info'),
    )
    .option(
      '--max-bytes <n>',
      'longest image, bytes (default: 33554432)',
      integerOption(1024, 2 ** 31 - 1),
    )
    .option('--max-pixels <n>', 'width times height (default: 50000000)', integerOption(1, 1e9))
    .option('--max-queue <n>', 'requests that may wait (default: 16)', integerOption(0, 100_000))
    .option('--work-timeout <s>', 'seconds for one image (default: 60)', integerOption(1, 3600))
    .option(
      '--request-timeout <s>',
      'seconds in which a request must have come in (default: 30)',
      integerOption(1, 3600),
    )
    .option(
      '--key-rate <n>',
      'requests a minute for each key (default: 600)',
      integerOption(1, 1e9),
    )
    .option(
      '--address-rate <n>',
      'the same for each address without a key (default: 120)',
      integerOption(1, 1e9),
    );
  addRememberOptions(addIssuerOptions(serve)).action(async (flags: ServeFlags) => {
    await runServer(io, flags);
    done(EXIT.satisfied);
  });
  addKeyCommands(serve, io, done);
}

async function runServer(io: CliIo, flags: ServeFlags): Promise<void> {
  // Loaded here: express and the rest of the service cost every other verb a quarter of a second.
  const { createFileKeyStore, startServer } = await import('../../service/index.js');
  const watermarkKey =
    flags.watermarkKey === undefined ? [] : [await readWatermarkKey(flags.watermarkKey)];
  const first = await firstKey(io);
  // Made before the lists are read: `--trust dev` may mean the certificates of this very start.
  const issuer = flags.verifyOnly ? null : await issuerFor(io, flags);
  const server = await startServer({
    host: flags.host,
    port: flags.port,
    keys: createFileKeyStore(keyFilePath(io.env)),
    anonymous: flags.anonymous ? ['verify'] : [],
    limits: limitsOf(flags),
    trust: { lists: await trustLists(io, flags.trust) },
    watermarkKeys: watermarkKey,
    fetchRemote: flags.fetchRemote,
    openMetrics: flags.openMetrics,
    logLevel: flags.logLevel,
    logTo: { write: io.err },
    feedbackFile: join(dataDir(io.env), 'feedback.ndjson'),
    ...(flags.registry === false ? {} : { registry: registryAddress(io.env, flags) }),
    ...(flags.queue === undefined ? {} : { queue: flags.queue }),
    ...(flags.search === undefined ? {} : { search: flags.search }),
    ...(flags.publicUrl === undefined ? {} : { publicUrl: flags.publicUrl }),
    ...(issuer === null ? {} : { issuer }),
    ...(flags.workers === undefined ? {} : { workers: flags.workers }),
    ...(flags.trustProxy === undefined ? {} : { trustProxy: proxyOf(flags.trustProxy) }),
  });
  io.out(`${server.url}\n`);
  if (first !== null) io.err(`Made a first API key with every scope, shown this once: ${first}\n`);
  await toldToEnd();
  await server.stop();
}

const proxyOf = (text: string): number | string => (/^\d+$/.test(text) ? Number(text) : text);

function limitsOf(flags: ServeFlags): Partial<ServiceLimits> {
  const { maxBytes, maxPixels, maxQueue, keyRate, addressRate } = flags;
  const { workTimeout: workSeconds, requestTimeout: requestSeconds } = flags;
  const given = {
    maxBytes,
    maxPixels,
    maxQueue,
    workSeconds,
    requestSeconds,
    keyRate,
    addressRate,
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

/** Where there are none yet, so that a first start can be used. */
async function firstKey(io: CliIo): Promise<string | null> {
  const { changeKeyFile, createKey, readKeyFile, SCOPES } = await import('../../service/index.js');
  const path = keyFilePath(io.env);
  if ((await readKeyFile(path)).length > 0) return null;
  const { text, stored } = createKey({ scopes: SCOPES, name: 'first', createdAt: new Date() });
  let made = false;
  // Of two servers that start for the first time at once, one makes it.
  await changeKeyFile(path, (keys) => {
    if (keys.length > 0) return keys;
    made = true;
    return [stored];
  });
  return made ? text : null;
}

interface CreateFlags {
  scope: string[];
  name: string;
  expires?: Date;
}

function addKeyCommands(serve: Command, io: CliIo, done: (code: number) => void): void {
  const keys = serve.command('keys').description('API keys of the service');
  keys
    .command('create')
    .description('make a key and print it, this once')
    .requiredOption(
      '--scope <name>',
      'what it may do; several times or with commas',
      listOption,
      [],
    )
    .option('--name <text>', 'for whom it is', 'unnamed')
    .option('--expires <time>', 'when it ends (RFC 3339)', timeOption)
    .action(async (flags: CreateFlags) => {
      const { changeKeyFile, createKey } = await import('../../service/index.js');
      const scopes = await checkScopes(flags.scope);
      const { text, stored } = createKey({
        scopes,
        name: flags.name.slice(0, 100),
        createdAt: new Date(),
        expiresAt: flags.expires,
      });
      await changeKeyFile(keyFilePath(io.env), (keys) => [...keys, stored]);
      io.out(`${text}\n`);
      done(EXIT.satisfied);
    });
  keys
    .command('list')
    .description('the keys, without their secrets')
    .action(async () => {
      const { readKeyFile } = await import('../../service/index.js');
      for (const key of await readKeyFile(keyFilePath(io.env))) io.out(describe(key));
      done(EXIT.satisfied);
    });
  keys
    .command('revoke')
    .description('end a key; a running server knows within a second')
    .argument('<id>', 'its id, as `keys list` shows it')
    .action(async (id: string) => {
      const { changeKeyFile } = await import('../../service/index.js');
      await changeKeyFile(keyFilePath(io.env), (keys) => {
        const rest = keys.filter((key) => key.id !== id);
        if (rest.length === keys.length) throw new UsageError(`there is no key ${printable(id)}`);
        return rest;
      });
      io.out(`revoked ${id}\n`);
      done(EXIT.satisfied);
    });
}

async function checkScopes(names: readonly string[]): Promise<Scope[]> {
  const { SCOPES } = await import('../../service/index.js');
  const unknown = names.find((name) => !(SCOPES as readonly string[]).includes(name));
  if (unknown !== undefined || names.length === 0) {
    throw new UsageError(
      `--scope expected ${SCOPES.join(', ')}, got "${printable(unknown ?? '')}"`,
    );
  }
  return [...new Set(names)] as Scope[];
}

function describe({ id, name, scopes, createdAt, expiresAt }: StoredKey): string {
  const until = expiresAt === null ? '' : `, until ${expiresAt}`;
  return `${id}  ${printable(name)}  ${scopes.join(',')}  since ${createdAt}${until}\n`;
}
