/** What createApp makes of its dependencies, for the routes. */
import type { Response } from 'express';
import type { Admission } from './admission.js';
import type { ServiceDeps } from './deps.js';
import type { Metrics } from './metrics.js';
import type { ResultCache } from './results.js';

export interface AppParts {
  deps: ServiceDeps;
  admission: Admission;
  metrics: Metrics;
  results: ResultCache;
  /** Aborts when the client goes away before it has its answer. */
  closed(response: Response): AbortSignal;
}
