/** The port behind which the heavy work is done, in threads or elsewhere. */
import type {
  CrJsonReading,
  GenerateProgress,
  GeneratedMarkedImage,
  MarkedImage,
  MarkOptions,
  OutputFormat,
  Recovery,
  Report,
} from '../provenance/index.js';

export interface VerifyRequest {
  bytes: Uint8Array;
  /** Name that the report shows. */
  name?: string | undefined;
  /** A manifest store (application/c2pa) that came beside the image. */
  manifest?: Uint8Array | undefined;
  /** Make the picture of where the watermark stands out as well. */
  heatmap?: boolean | undefined;
}

export interface VerifyAnswer {
  report: Report;
  /** PNG; null when it was not asked for or the image carries no watermark of ours. */
  heatmap: Uint8Array | null;
}

/** What a request may say about marking; the signer and the key are the server's. */
export type MarkSettings = Pick<
  MarkOptions,
  'format' | 'quality' | 'title' | 'force' | 'strength' | 'minPsnr' | 'minSsim' | 'source'
>;

export interface GenerateSettings {
  negative?: string | undefined;
  seed?: number | undefined;
  steps?: number | undefined;
  guidance?: number | undefined;
  size?: number | undefined;
  count?: number | undefined;
  format?: OutputFormat | undefined;
  quality?: number | undefined;
  includePrompt?: boolean | undefined;
  /** With the model distilled for 1 to 4 steps. Default false. */
  turbo?: boolean | undefined;
}

export interface TaskControl {
  /** Takes the task out of the queue; work that has begun is finished. */
  signal?: AbortSignal | undefined;
  /** Ends the work even after it has begun; its thread goes with it. */
  kill?: AbortSignal | undefined;
  onStart?: (() => void) | undefined;
  onProgress?: ((progress: GenerateProgress) => void) | undefined;
}

export interface EngineStats {
  workers: number;
  running: number;
  queued: number;
}

/** Rejects with ServiceError QUEUE_FULL, WORK_TIMEOUT, WORKER_LOST, CANCELLED, or WorkError with the library's code. */
export interface Engine {
  verify(request: VerifyRequest, control?: TaskControl): Promise<VerifyAnswer>;
  crJson(request: VerifyRequest, control?: TaskControl): Promise<CrJsonReading>;
  mark(bytes: Uint8Array, settings: MarkSettings, control?: TaskControl): Promise<MarkedImage>;
  generate(
    prompt: string,
    settings: GenerateSettings,
    control?: TaskControl,
  ): Promise<GeneratedMarkedImage[]>;
  /** What the registry associates with an image. @param limit 1..100 */
  recover(bytes: Uint8Array, limit: number, control?: TaskControl): Promise<Recovery>;
  stats(): EngineStats;
  /** True once a worker has taken work. */
  ready(): boolean;
  close(): Promise<void>;
}
