/** The HTTP service as a value: express over the dependencies it is given. Listens to nothing, reads no environment. */
import express from 'express';
import type { Express, Response } from 'express';
import helmet from 'helmet';
import { createAdmission } from './admission.js';
import type { AppParts } from './app-parts.js';
import type { ServiceDeps } from './deps.js';
import { createMetrics } from './metrics.js';
import { accessLog } from './middleware/access-log.js';
import { identify, refuseBadKeys } from './middleware/authenticate.js';
import { boundHeaders, withContext } from './middleware/context.js';
import { notFound, problems } from './middleware/problems.js';
import { limitByAddress, limitByKey } from './middleware/rate-limit.js';
import { mountOperations } from './mount.js';
import { bindingOperations } from './routes/bindings/index.js';
import { detectorOperations } from './routes/detector.js';
import { mountDocs } from './routes/docs.js';
import { healthOperations } from './routes/health.js';
import { jobOperations } from './routes/jobs.js';
import { markingOperations } from './routes/marking.js';
import { mountPage } from './routes/page.js';
import { verifyOperations } from './routes/verify.js';
import { createResultCache } from './results.js';

export function createApp(deps: ServiceDeps): Express {
  const { engine, limits, log } = deps;
  // As many as the workers have in hand and in their queue: the pool is never asked for more.
  const admission = createAdmission(engine.stats().workers + limits.maxQueue, limits.maxPerClient);
  const metrics = createMetrics(
    () => ({
      ...engine.stats(),
      admitted: admission.taken(),
      jobs: deps.jobs.counts(),
    }),
    deps.processMetrics,
  );
  const parts: AppParts = {
    deps,
    admission,
    metrics,
    results: createResultCache(deps.settingsDigest),
    closed,
  };

  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', deps.trustProxy ?? false);
  app.set('query parser', 'simple');
  app.set('etag', false);
  app.use(withContext, accessLog(log, metrics), helmet(HEADERS), boundHeaders);

  const open = healthOperations(parts);
  const operations = [
    ...verifyOperations(parts),
    ...markingOperations(parts),
    ...jobOperations(parts),
    ...detectorOperations(parts),
    ...bindingOperations(parts),
  ];
  const health = open.filter(({ scope }) => scope === null);
  mountOperations(app, health, deps, admission);
  app.use(
    identify(deps),
    limitByAddress(limits.addressRate),
    refuseBadKeys,
    limitByKey(limits.keyRate),
  );
  const guarded = [...open.filter(({ scope }) => scope !== null), ...operations];
  mountOperations(app, guarded, deps, admission);
  if (deps.webDir !== null) mountPage(app, deps.webDir);
  mountDocs(app, [...operations, ...open]);
  app.use(notFound, problems(log));
  return app;
}

/** helmet's defaults with a policy under which the own page runs and nothing else. */
const HEADERS: Parameters<typeof helmet>[0] = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:', 'blob:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'none'"],
    },
  },
};

function closed(response: Response): AbortSignal {
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return gone.signal;
}
