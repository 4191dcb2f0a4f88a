/** Puts records one after the other and says each that is done, until it is killed. `node --import tsx` runs it. */
import { writeSync } from 'node:fs';
import { openRegistry } from '../../src/registry/index.js';
import { newRecord } from './records.js';

const [address, from] = process.argv.slice(2);
const registry = await openRegistry(address!);
for (let n = Number(from); ; n++) {
  await registry.put(newRecord(n));
  // Synchronous: what was written is in the pipe when the process dies the next moment.
  writeSync(1, `${n}\n`);
}
