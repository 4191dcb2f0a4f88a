/** Work that is not waited for: the port, what goes in, and what can be asked. */
import type { GenerateProgress } from '../provenance/index.js';
import type { GenerateSettings, MarkSettings } from './engine.js';

export const JOB_KINDS = ['verify', 'mark', 'generate'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export type JobWork =
  | { kind: 'verify'; bytes: Uint8Array; name: string | undefined; heatmap: boolean }
  | { kind: 'mark'; bytes: Uint8Array; settings: MarkSettings }
  | { kind: 'generate'; prompt: string; settings: GenerateSettings };

export type JobStatus = 'waiting' | 'active' | 'succeeded' | 'failed' | 'cancelled';

export interface JobFailure {
  code: string;
  message: string;
}

/** What is told about a job; images lie apart. */
export interface JobState {
  id: string;
  kind: JobKind;
  /** Who may see it: a key's id, or null for whoever knows the id. */
  owner: string | null;
  status: JobStatus;
  /** RFC 3339 */
  createdAt: string;
  finishedAt: string | null;
  progress: GenerateProgress | null;
  failure: JobFailure | null;
  /** The report, or the facts of each image. */
  result: unknown;
  /** Media types of its images, in order. */
  images: string[];
}

export interface JobOutcome {
  result: unknown;
  images: { mime: string; bytes: Uint8Array }[];
}

export interface JobCounts {
  waiting: number;
  active: number;
}

export interface JobQueue {
  /**
   * @param id a UUID that no other job has. Default: a random one.
   * @throws ServiceError QUEUE_FULL
   */
  add(work: JobWork, owner: string | null, id?: string): Promise<JobState>;
  get(id: string): Promise<JobState | null>;
  image(id: string, index: number): Promise<{ mime: string; bytes: Uint8Array } | null>;
  /** Cancels a job, or forgets a finished one. @returns false when there is none. */
  remove(id: string): Promise<boolean>;
  /** Calls `changed` after every change until the returned function is called. */
  watch(id: string, changed: () => void): () => void;
  /** As known last; never waits. */
  counts(): JobCounts;
  /** Waits for what is in work. */
  close(): Promise<void>;
}

export const isFinished = ({ status }: Pick<JobState, 'status'>): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'cancelled';
