/** `createApp` with the real parts, listening; the end drains what is in work. */
import { createHash } from 'node:crypto';
import { appendFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DestinationStream, Logger } from 'pino';
import { packagePath, systemClock } from '../core/index.js';
import type { Issuer, Search, TrustSettings, WatermarkKey } from '../provenance/index.js';
import { createGuardedFetch, openRegistry, PUBLIC_KEY, TOOL } from '../provenance/index.js';
import { createApp } from './app.js';
import type { KeyStore, Scope } from './auth.js';
import type { ServiceLimits } from './limits.js';
import { DEFAULT_SERVICE_LIMITS, MAX_HEADERS } from './limits.js';
import { createLog } from './log.js';
import { createMemoryJobs } from './memory-jobs.js';
import { createPool } from './pool.js';

export interface ServerOptions {
  /** Default 127.0.0.1. */
  host?: string;
  /** 0 = any free one. Default 8080. */
  port?: number;
  keys: KeyStore;
  /** Default: `verify` needs a key as well. */
  anonymous?: readonly Scope[];
  /** Threads. Default: one for each core but one. */
  workers?: number;
  limits?: Partial<ServiceLimits>;
  trust?: TrustSettings;
  /** Watermark keys besides the public one that verify tries. */
  watermarkKeys?: readonly WatermarkKey[];
  issuer?: Issuer;
  /** redis:// of a queue that `imprint worker` processes take jobs from. Default: jobs run in this process. */
  queue?: string;
  /** Address of the registry (a file or postgres://). Default: nothing is remembered. */
  registry?: string;
  /** File that gets a line of JSON for each feedback. Default: feedback goes to the log. */
  feedbackFile?: string;
  /** Address under which others reach this server. */
  publicUrl?: string;
  /** `fast` searches for the likeliest changes of a marked image alone. Default `full`. */
  search?: Search;
  fetchRemote?: boolean;
  trustProxy?: number | string;
  openMetrics?: boolean;
  logLevel?: string;
  /** Default: standard output. */
  logTo?: DestinationStream;
  /** Seconds that requests in work are waited for at the end. Default 30. */
  drainSeconds?: number;
}

export interface RunningServer {
  /** Such as `http://127.0.0.1:8080` */
  url: string;
  log: Logger;
  /** Refuses new work, waits for what is in work, then ends the threads. Safe to call twice. */
  stop(): Promise<void>;
}

/** @throws ServiceError or Node's error when the address cannot be listened on. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const limits = { ...DEFAULT_SERVICE_LIMITS, ...options.limits };
  const { trust = {}, issuer, drainSeconds = 30 } = options;
  const watermarkKeys = [...(options.watermarkKeys ?? []), PUBLIC_KEY];
  const log = createLog(options.logLevel, options.logTo);
  const registry = options.registry === undefined ? null : await openRegistry(options.registry);
  const engine = createPool({
    maxQueue: limits.maxQueue,
    maxBytes: limits.maxBytes,
    maxPixels: limits.maxPixels,
    workSeconds: limits.workSeconds,
    generateSeconds: limits.generateSeconds,
    trust,
    keys: watermarkKeys,
    fetchRemote: options.fetchRemote ?? false,
    ...(options.search === undefined ? {} : { search: options.search }),
    ...(options.workers === undefined ? {} : { workers: options.workers }),
    ...(issuer === undefined ? {} : { issuer }),
    ...(options.registry === undefined ? {} : { registry: options.registry }),
  });
  const { queue } = options;
  // Loaded where it is used: the client of the queue takes its time.
  const jobs =
    queue === undefined
      ? createMemoryJobs({ engine, clock: systemClock })
      : (await import('./redis-jobs.js')).createRedisJobs({ url: queue, log });
  let accepting = true;
  const app = createApp({
    engine,
    keys: options.keys,
    fetchUrl: createGuardedFetch({ maxBytes: limits.maxBytes }),
    log,
    clock: systemClock,
    jobs,
    registry,
    onFeedback: async (feedback) => {
      const { feedbackFile } = options;
      if (feedbackFile === undefined) log.info({ feedback }, 'feedback');
      else await appendFile(feedbackFile, `${JSON.stringify(feedback)}\n`, { mode: 0o600 });
    },
    webDir: packagePath('dist', 'web'),
    publicUrl: options.publicUrl,
    limits,
    anonymous: options.anonymous ?? [],
    settingsDigest: settingsDigest(trust, watermarkKeys, options.search ?? 'full'),
    trustProxy: options.trustProxy,
    openMetrics: options.openMetrics,
    processMetrics: true,
    accepting: () => accepting,
  });
  const server = createServer(
    {
      maxHeaderSize: 16 << 10,
      requestTimeout: limits.requestSeconds * 1000,
      headersTimeout: Math.min(10, limits.requestSeconds) * 1000,
      keepAliveTimeout: 5000,
      connectionsCheckingInterval: 1000,
    },
    // Express hands its own errors to the handlers in app.ts.
    (request, response) => void app(request, response),
  );
  server.maxHeadersCount = MAX_HEADERS + 1;
  const { host = '127.0.0.1', port = 8080 } = options;
  try {
    await listen(server, port, host);
  } catch (error) {
    await Promise.all([engine.close(), registry?.close()]);
    throw error;
  }
  const { port: bound } = server.address() as AddressInfo;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  log.info({ url, workers: engine.stats().workers }, 'listening');

  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    accepting = false;
    log.info('draining');
    const patience = AbortSignal.timeout(drainSeconds * 1000);
    const late = new Promise<void>((resolve) => {
      patience.addEventListener('abort', () => resolve());
    });
    await Promise.race([Promise.all([drain(server, drainSeconds), jobs.close()]), late]);
    await engine.close();
    await registry?.close();
    log.info('stopped');
  };
  return { url, log, stop: () => (stopping ??= stop()) };
}

function settingsDigest(
  trust: TrustSettings,
  keys: readonly WatermarkKey[],
  search: Search,
): string {
  const parts = [TOOL.version, search, trust, keys.map(({ id, secret }) => [id, [...secret]])];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Connections without a request are closed at once, the others when they are answered or time is up. */
async function drain(server: Server, seconds: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), seconds * 1000);
  await closed;
  clearTimeout(timer);
}
