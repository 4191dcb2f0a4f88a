import { createHash } from 'node:crypto';
import type { Pixels } from '../../image/index.js';

/** SHA-256 over size and samples, lower-case hex. */
export function samplesSha256({ data, width, height, channels }: Pixels): string {
  return createHash('sha256').update(`${width}x${height}x${channels}\n`).update(data).digest('hex');
}
