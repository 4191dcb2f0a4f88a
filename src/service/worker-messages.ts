/** What passes between the pool and its threads. Everything here must survive a structured clone. */
import type { MessagePort } from 'node:worker_threads';
import type {
  GenerateProgress,
  ImageLimits,
  Search,
  SigningAlgorithm,
  TrustSettings,
  WatermarkKey,
} from '../provenance/index.js';
import type { GenerateSettings, MarkSettings, VerifyRequest } from './engine.js';

export interface WorkerSettings {
  trust: TrustSettings;
  /** Keys that verify tries. */
  keys: readonly WatermarkKey[];
  limits: Partial<ImageLimits>;
  /** How far verify searches for a watermark. */
  search: Search;
  /** Fetch manifests that files keep elsewhere. */
  fetchRemote: boolean;
  /** Address of the registry; null for none. A connection does not go to another thread: each opens its own. */
  registry: string | null;
  /** Threads of each thread's models. */
  modelThreads: number;
  /** Null where nothing is marked. The private key stays with the main thread, which is asked to sign. */
  signing: {
    algorithm: SigningAlgorithm;
    chain: readonly Uint8Array[];
    key: WatermarkKey | null;
    timestamp: { maxTokenBytes?: number; optional?: boolean } | null;
  } | null;
}

export type Task = (
  | { kind: 'verify'; request: VerifyRequest }
  | { kind: 'crjson'; request: VerifyRequest }
  | { kind: 'mark'; bytes: Uint8Array; settings: MarkSettings }
  | { kind: 'generate'; prompt: string; settings: GenerateSettings }
  | { kind: 'recover'; bytes: Uint8Array; limit: number }
  | { kind: 'warm-up' }
) & { port: MessagePort };

export type TaskResult<T = unknown> =
  { ok: true; value: T } | { ok: false; code: string | null; message: string; usage: boolean };

/** From the thread. */
export type TaskMessage =
  | { type: 'start' }
  | { type: 'progress'; progress: GenerateProgress }
  | { type: 'sign' | 'timestamp'; call: number; data: Uint8Array };

/** To the thread: the answer to `sign` or `timestamp`. */
export type TaskAnswer =
  { call: number; data: Uint8Array } | { call: number; code: string | null; message: string };
