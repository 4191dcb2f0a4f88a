/** Everything that the app needs from outside: tests give fakes, server.ts gives the real ones. */
import type { Logger } from 'pino';
import type { Clock, GuardedFetch, Registry } from '../provenance/index.js';
import type { KeyStore, Scope } from './auth.js';
import type { Engine } from './engine.js';
import type { Feedback } from './feedback.js';
import type { JobQueue } from './jobs.js';
import type { ServiceLimits } from './limits.js';

export interface ServiceDeps {
  engine: Engine;
  keys: KeyStore;
  jobs: JobQueue;
  /** Null: nothing is remembered, and the soft binding API is not there. */
  registry: Registry | null;
  /** Keeps what users of the public detector say about its answers. */
  onFeedback: (feedback: Feedback) => Promise<void>;
  /** Folder of the page's files; null for none. */
  webDir: string | null;
  /** Address under which others reach this server, for discovery. Default: relative addresses. */
  publicUrl?: string | undefined;
  /** Fetches the images that URLs name. */
  fetchUrl: GuardedFetch;
  log: Logger;
  clock: Clock;
  limits: ServiceLimits;
  /** Scopes of requests without a key. Only `verify` may be among them. */
  anonymous: readonly Scope[];
  /** Whatever changes what a report says besides the image: version, trust lists, keys. Part of every ETag. */
  settingsDigest: string;
  /** Whose `X-Forwarded-For` is believed (express's `trust proxy`). Default: nobody's. */
  trustProxy?: number | string | undefined;
  /** Show /metrics without a key. */
  openMetrics?: boolean | undefined;
  /** Measure this process as well (memory, event-loop lag). */
  processMetrics?: boolean | undefined;
  /** False once the server drains: /readyz says so, and work that is new is refused. */
  accepting: () => boolean;
}
