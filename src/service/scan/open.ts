/** Parts of a scan whose libraries are loaded only when it needs them. */
import type { QueueScanOptions } from './queue-engine.js';
import type { S3Options, S3Storage } from './s3.js';
import type { ScanEngine } from './scan.js';

export async function openStorage(options: S3Options): Promise<S3Storage> {
  return (await import('./s3.js')).openS3(options);
}

/** @throws ScanError SCAN_QUEUE */
export async function openQueueScan(options: QueueScanOptions): Promise<ScanEngine> {
  return (await import('./queue-engine.js')).createQueueScan(options);
}
