/** The app over fakes: an engine that answers at once, or when it is told to. */
import type { Express } from 'express';
import { pino } from 'pino';
import {
  createApp,
  createKey,
  createMemoryJobs,
  DEFAULT_SERVICE_LIMITS,
  ServiceError,
} from '../../src/service/index.js';
import type {
  Engine,
  Scope,
  ServiceDeps,
  ServiceLimits,
  StoredKey,
  VerifyRequest,
} from '../../src/service/index.js';
import type { MarkedImage, Report } from '../../src/provenance/index.js';
import { sha256Hex, systemClock } from '../../src/core/index.js';
import { NO_CREDENTIALS } from '../support/report.js';

/** A report as short as the schema allows. */
export function fakeReport({ bytes, name = '' }: VerifyRequest): Report {
  return {
    schemaVersion: '1',
    tool: { name: 'imprint', version: '0', engines: {} },
    file: {
      path: name === '' ? null : name,
      sha256: sha256Hex(bytes),
      mime: 'image/png',
      width: 1,
      height: 1,
      bytes: bytes.length,
    },
    validationTime: '2026-01-01T00:00:00.000Z',
    verdict: {
      state: 'inconclusive',
      score: 0.5,
      prior: 0.5,
      strength: null,
      falsePositiveRate: null,
      summary: 'nothing',
      wouldChange: [],
    },
    credentials: NO_CREDENTIALS,
    watermarks: [],
    metadata: { system: [], personal: { redacted: 0 } },
    evidence: [],
    clashes: [],
    findings: [],
    timings: { decode: 5 },
  };
}

export interface FakeEngine extends Engine {
  requests: VerifyRequest[];
}

export function fakeEngine(more: Partial<Engine> = {}): FakeEngine {
  const requests: VerifyRequest[] = [];
  const refuse = (): Promise<never> =>
    Promise.reject(new ServiceError({ code: 'NOT_CONFIGURED', message: 'a fake' }));
  return {
    requests,
    verify: (request) => {
      requests.push(request);
      return Promise.resolve({ report: fakeReport(request), heatmap: null });
    },
    crJson: refuse,
    recover: refuse,
    mark: refuse,
    generate: refuse,
    stats: () => ({ workers: 1, running: 0, queued: 0 }),
    ready: () => true,
    close: () => Promise.resolve(),
    ...more,
  };
}

export interface TestKeys {
  text: (scopes: readonly Scope[], expiresAt?: Date) => string;
  find: (id: string) => Promise<StoredKey | null>;
}

export function testKeys(): TestKeys {
  const stored = new Map<string, StoredKey>();
  return {
    text(scopes, expiresAt) {
      const key = createKey({ scopes, name: 'test', createdAt: new Date(), expiresAt });
      stored.set(key.stored.id, key.stored);
      return key.text;
    },
    find: (id) => Promise.resolve(stored.get(id) ?? null),
  };
}

export interface TestApp {
  app: Express;
  keys: TestKeys;
  engine: FakeEngine;
  /** What was logged, as one text. */
  logged: () => string;
}

export function testApp(
  more: Partial<Omit<ServiceDeps, 'limits' | 'engine'>> & {
    limits?: Partial<ServiceLimits>;
    engine?: FakeEngine;
  } = {},
): TestApp {
  const lines: string[] = [];
  const keys = testKeys();
  const engine = more.engine ?? fakeEngine();
  const app = createApp({
    keys,
    fetchUrl: () => Promise.reject(new Error('no network here')),
    log: pino({ level: 'info' }, { write: (line: string) => void lines.push(line) }),
    clock: { now: () => new Date() },
    anonymous: ['verify'],
    settingsDigest: 'test',
    jobs: createMemoryJobs({ engine, clock: systemClock, maxWaiting: 2 }),
    registry: null,
    onFeedback: () => Promise.resolve(),
    webDir: null,
    accepting: () => true,
    ...more,
    engine,
    limits: { ...DEFAULT_SERVICE_LIMITS, ...more.limits },
  });
  return { app, keys, engine, logged: () => lines.join('') };
}

/** A marked image whose bytes say what it was made of. */
export function fakeMarked(bytes: Uint8Array): MarkedImage {
  return {
    bytes,
    manifest: Uint8Array.of(1),
    manifestId: 'urn:c2pa:fake',
    mime: 'image/png',
    format: 'png',
    width: 1,
    height: 1,
    watermark: { payload: '0123456789abcdef', psnr: 50, ssim: 1, margin: 2 },
    warnings: [],
  };
}

/** What supertest answers, with a body whose type must be asked for. */
export const answered = (response: {
  status: number;
  body: unknown;
  headers: unknown;
}): { status: number; body: unknown; headers: Record<string, string | undefined> } =>
  response as never;
