/** One file -> what the observations say about it. */
import { buildForensicView } from '../../src/detect/signals/forensics/build-view.js';
import type { Measured } from '../../src/detect/signals/forensics/observation.js';
import { OBSERVATIONS } from '../../src/detect/signals/forensics/observations/index.js';
import { decodeImage } from '../../src/image/index.js';

export type Measurements = Readonly<Record<string, Measured>>;

/** Only the observations in `ids`, or all. */
export async function measureFile(
  bytes: Uint8Array,
  ids?: ReadonlySet<string>,
): Promise<Measurements> {
  const view = await buildForensicView(bytes, await decodeImage(bytes));
  return Object.fromEntries(
    OBSERVATIONS.filter(({ id }) => ids?.has(id) ?? true).map((observation) => [
      observation.id,
      observation.measure(view),
    ]),
  );
}

/** The figure that ranks pictures: more = more of the trace. Not applicable ranks lowest. */
export function score(measured: Measured, figure: string): number {
  if (measured.status === 'not-applicable') return -Infinity;
  if (figure === 'log10') return -(measured.log10FalseAlarms ?? 0);
  const value = measured.measures[figure];
  return typeof value === 'number' ? value : -Infinity;
}

/** Processor milliseconds of all observations over one decoded picture, the median and least of `runs`. */
export async function processorTime(
  bytes: Uint8Array,
  runs: number,
): Promise<{ each: Record<string, number[]>; all: number[] }> {
  const image = await decodeImage(bytes);
  const each: Record<string, number[]> = {};
  const all: number[] = [];
  const clock = (): number => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1000;
  };
  for (let run = 0; run < runs + 2; run++) {
    const started = clock();
    const view = await buildForensicView(bytes, image);
    const times: Record<string, number> = { 'luma and headers': clock() - started };
    for (const observation of OBSERVATIONS) {
      const before = clock();
      observation.measure(view);
      times[observation.id] = clock() - before;
    }
    // The first two compile the code.
    if (run < 2) continue;
    all.push(clock() - started);
    for (const [id, time] of Object.entries(times)) (each[id] ??= []).push(time);
  }
  return { each, all };
}
