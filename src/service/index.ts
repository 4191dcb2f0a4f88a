export { createApp } from './app.js';
export { authenticate, createKey, SCOPES } from './auth.js';
export type { KeyStore, NewKey, Scope, StoredKey } from './auth.js';
export type { ServiceDeps } from './deps.js';
export type {
  Engine,
  EngineStats,
  GenerateSettings,
  MarkSettings,
  TaskControl,
  VerifyAnswer,
  VerifyRequest,
} from './engine.js';
export type { Feedback } from './feedback.js';
export { ServiceError } from './errors.js';
export type { ServiceErrorCode } from './errors.js';
export { changeKeyFile, createFileKeyStore, readKeyFile, writeKeyFile } from './key-file.js';
export { DEFAULT_SERVICE_LIMITS } from './limits.js';
export type { ServiceLimits } from './limits.js';
export type { JobCounts, JobKind, JobQueue, JobState, JobStatus, JobWork } from './jobs.js';
export { createMemoryJobs } from './memory-jobs.js';
export { createPool } from './pool.js';
export type { PoolOptions } from './pool.js';
export type { Problem } from './problem.js';
export type { QueueWorker, QueueWorkerOptions } from './queue-worker.js';
export { startWorker } from './worker-process.js';
export type { WorkerProcessOptions } from './worker-process.js';
export { createLog } from './log.js';
export { startServer } from './server.js';
export type { RunningServer, ServerOptions } from './server.js';
export { ScanError } from './scan/errors.js';
export type { ScanErrorCode } from './scan/errors.js';
export { linesOf } from './scan/lines.js';
export { openQueueScan, openStorage } from './scan/open.js';
export { createPoolScan } from './scan/pool-engine.js';
export type { QueueScanOptions } from './scan/queue-engine.js';
export { openReportFile } from './scan/report-file.js';
export type { ReportFile, ReportFileOptions, ScanRow } from './scan/report-file.js';
export type { S3Options, S3Storage } from './scan/s3.js';
export { parseS3Url, s3Url } from './scan/s3-url.js';
export type { S3Object } from './scan/s3-url.js';
export { scan } from './scan/scan.js';
export type { Inspection, ScanEngine, ScanItem, ScanOptions, ScanSink } from './scan/scan.js';
