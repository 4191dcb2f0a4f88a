/** A scan in the threads of this process. */
import type { PoolOptions } from '../pool.js';
import { createPool } from '../pool.js';
import type { ScanEngine } from './scan.js';

/** Images read ahead of a free thread: reading is slow where storage is far. */
const AHEAD = 2;

export function createPoolScan(options: PoolOptions): ScanEngine {
  const pool = createPool(options);
  const { workers } = pool.stats();
  return {
    inFlight: workers + AHEAD,
    // What has begun is finished: its row is worth more than the second that it takes.
    inspect: async ({ name, bytes }) => (await pool.verify({ bytes, name })).report,
    close: () => pool.close(),
  };
}
