/** `credentials-fuzz-worker.ts NAME FROM TO`: judges damaged files; one line of JSON before and after each. */
import { judge } from '../c2pa/fuzz-judge.js';
import { mutate } from '../c2pa/fuzz-mutate.js';
import { loadSeeds } from '../c2pa/fuzz-seeds.js';

const [name = '', from, to] = process.argv.slice(2);
const say = (line: object): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

// Alike files are needed as donors, so all are loaded.
const seed = (await loadSeeds()).find((entry) => entry.name === name);
if (seed === undefined) throw new Error(`no such file: ${name}`);
for (let number = Number(from); number < Number(to); number++) {
  const { bytes, how } = mutate(seed, number);
  say({ number, how });
  const before = process.cpuUsage();
  const judged = await judge(seed, bytes).catch((error: unknown) => ({
    outcome: 'thrown',
    trapped: false,
    violation: `threw ${error instanceof Error ? error.stack : String(error)}`,
  }));
  const { user, system } = process.cpuUsage(before);
  say({ number, how, ...judged, ms: Math.round((user + system) / 1000) });
}
