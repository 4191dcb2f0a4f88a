/** What /metrics shows (Prometheus text format). One registry for each app: nothing is global. */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Report } from '../provenance/index.js';
import type { EngineStats } from './engine.js';

export interface Metrics {
  request(labels: { method: string; route: string; status: number }, seconds: number): void;
  report(report: Report): void;
  job(kind: string, outcome: string): void;
  /** Prometheus text. */
  text(): Promise<string>;
  readonly contentType: string;
}

const STAGE_BUCKETS = [0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/**
 * @param stats asked at every scrape. @param process measure this process as well (memory, event-loop lag).
 */
export function createMetrics(
  stats: () => EngineStats & { admitted: number; jobs: { waiting: number; active: number } },
  process = false,
): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (process) collectDefaultMetrics({ register: registry });
  const requests = new Histogram({
    name: 'imprint_http_request_seconds',
    help: 'Time to answer, by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: STAGE_BUCKETS,
    registers,
  });
  const stages = new Histogram({
    name: 'imprint_stage_seconds',
    help: 'Time of each stage of an inspection',
    labelNames: ['stage'],
    buckets: STAGE_BUCKETS,
    registers,
  });
  const verdicts = new Counter({
    name: 'imprint_verdicts_total',
    help: 'Inspections by verdict',
    labelNames: ['state'],
    registers,
  });
  const jobs = new Counter({
    name: 'imprint_jobs_total',
    help: 'Finished jobs by kind and outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const gauge = (name: string, help: string, value: () => number): void => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(value());
      },
    });
  };
  gauge('imprint_workers', 'Worker threads', () => stats().workers);
  gauge('imprint_workers_busy', 'Worker threads that work', () => stats().running);
  gauge('imprint_queue_depth', 'Tasks that wait for a worker thread', () => stats().queued);
  gauge('imprint_admitted', 'Requests with an image, waiting or in work', () => stats().admitted);
  gauge('imprint_jobs_waiting', 'Jobs that wait', () => stats().jobs.waiting);
  gauge('imprint_jobs_active', 'Jobs in work', () => stats().jobs.active);

  return {
    request: ({ method, route, status }, seconds) =>
      requests.observe({ method, route, status: String(status) }, seconds),
    report: ({ verdict, timings }) => {
      verdicts.inc({ state: verdict.state });
      for (const [stage, ms] of Object.entries(timings)) stages.observe({ stage }, ms / 1000);
    },
    job: (kind, outcome) => jobs.inc({ kind, outcome }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
