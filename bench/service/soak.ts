/** Whether memory stays where it is while the server works on and on. */
import { loadavg } from 'node:os';
import { ask, photograph } from './load.js';
import { startServer } from './server.js';

export interface Soak {
  minutes: number;
  answers: number;
  failures: number;
  /** Resident memory, MiB, evenly spaced over the run. */
  rssMib: number[];
  /** Least squares over the second half, MiB a minute. */
  slope: number;
  lagP99Ms: number;
  lagMaxMs: number;
  load: number;
}

const CLIENTS = 4;
const SAMPLES = 60;

export async function measureSoak(minutes: number): Promise<Soak> {
  const quiet = ['--key-rate', '1000000000', '--work-timeout', '600', '--log-level', 'silent'];
  const server = await startServer(CLIENTS, [...quiet, '--workers', '1']);
  try {
    const image = await photograph(0.3);
    const rssMib: number[] = [];
    let [answers, failures] = [0, 0];
    const sampling = setInterval(() => rssMib.push(server.rssMib()), (minutes * 60_000) / SAMPLES);
    await server.metrics();
    const until = Date.now() + minutes * 60_000;
    const client = async (key: string): Promise<void> => {
      while (Date.now() < until) {
        const response = await ask(server, key, image);
        await response.arrayBuffer();
        if (response.ok) answers++;
        else failures++;
      }
    };
    await Promise.all(server.keys.map(client));
    clearInterval(sampling);
    const { lagP99Ms, lagMaxMs } = await server.metrics();
    const half = rssMib.slice(rssMib.length >> 1);
    const slope = trend(half) * (SAMPLES / minutes);
    return { minutes, answers, failures, rssMib, slope, lagP99Ms, lagMaxMs, load: loadavg()[0]! };
  } finally {
    await server.stop();
  }
}

/** Least squares: change from one value to the next. */
function trend(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  let [above, below] = [0, 0];
  for (const [i, value] of values.entries()) {
    above += (i - middle) * (value - mean);
    below += (i - middle) ** 2;
  }
  return above / below;
}

export function soakText(soak: Soak): string {
  const tenth = Math.max(1, Math.floor(soak.rssMib.length / 10));
  const tenths = Array.from({ length: 10 }, (_, i) => {
    const part = soak.rssMib.slice(i * tenth, (i + 1) * tenth);
    return (part.reduce((sum, value) => sum + value, 0) / part.length).toFixed(0);
  });
  return [
    `${soak.minutes} minutes, ${CLIENTS} clients, one thread, 0.3 megapixels: ${soak.answers} answers, ${soak.failures} refused or failed.`,
    `Resident memory in MiB, mean of each tenth of the time: ${tenths.join(', ')}; over the second half it changed by`,
    `${soak.slope.toFixed(2)} MiB a minute. Event-loop lag: p99 ${soak.lagP99Ms.toFixed(1)} ms, at most ${soak.lagMaxMs.toFixed(0)} ms. Load of the machine at the end: ${soak.load.toFixed(0)}.`,
  ].join('\n');
}
