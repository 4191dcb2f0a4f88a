/** A child process of pool.ts: measures one picture per message and stores the result. */
import sharp from 'sharp';
import { writeResult } from './cache.js';
import { contentHash } from './hash.js';
import { measureFalse } from './measure-false.js';
import { measureMarked } from './measure-marked.js';
import { measurePeer } from './measure-peer.js';
import type { Task } from './tasks.js';

// Results are filed under the version that the parent saw; this process must have loaded the same.
const [version, ...paths] = process.argv.slice(2);
if (contentHash(paths) !== version) {
  console.error(`changed since the bench was started: ${paths.join(', ')}`);
  process.exit(1);
}
sharp.concurrency(1);

function measure(task: Task): Promise<unknown> {
  switch (task.kind) {
    case 'marked':
      return measureMarked(task);
    case 'false':
      return measureFalse(task);
    case 'peer':
      return measurePeer(task);
  }
}

process.on('message', (task: Task) => {
  measure(task).then(
    (result) => {
      writeResult(task.path, result);
      process.send!({});
    },
    (error: unknown) => {
      process.send!({
        error: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    },
  );
});
// A killed parent takes its children along.
process.on('disconnect', () => process.exit(1));
