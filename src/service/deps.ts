/** Everything that the app needs from outside: tests give fakes, server.ts gives the real ones. */
import type { Logger } from 'pino';
import type { Clock, GuardedFetch } from '../provenance/index.js';
import type { KeyStore, Scope } from './auth.js';
import type { Engine } from './engine.js';
import type { ServiceLimits } from './limits.js';

export interface ServiceDeps {
  engine: Engine;
  keys: KeyStore;
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
