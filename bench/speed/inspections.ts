/** Processor time of inspections, all threads together, and wall time by stage. */
import type { InspectorOptions } from '../../src/provenance/index.js';
import { createInspector, createModelStore } from '../../src/provenance/index.js';

export interface Timing {
  /** Median processor time of one inspection, ms. */
  total: number;
  /** Processor time of the very first one, which loads the engines, ms. */
  first: number;
  /** Least of them: what other work on the machine lengthened least. */
  least: number;
  /** Median wall time by stage, ms. */
  stages: Record<string, number>;
  /** Highest resident set of the process so far, MiB. */
  peak: number;
}

export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

/** Inspections behind which the compiler has seen what there is to compile. */
const WARM = 12;

/** @param runs rounds over all `files`, behind `WARM` inspections that are not counted. */
export async function timeInspections(
  files: readonly Uint8Array[],
  runs: number,
  options: InspectorOptions = {},
): Promise<Timing> {
  const inspector = createInspector({ ...options, models: createModelStore({ threads: 1 }) });
  const cold = process.cpuUsage();
  await inspector.inspect(files[0]!);
  const { user: coldUser, system: coldSystem } = process.cpuUsage(cold);
  for (let i = 1; i < WARM; i++) await inspector.inspect(files[i % files.length]!);
  const totals: number[] = [];
  const stages = new Map<string, number[]>();
  for (let run = 0; run < runs; run++) {
    for (const bytes of files) {
      const before = process.cpuUsage();
      const { timings } = await inspector.inspect(bytes);
      const { user, system } = process.cpuUsage(before);
      totals.push((user + system) / 1000);
      for (const [stage, ms] of Object.entries(timings)) {
        stages.set(stage, [...(stages.get(stage) ?? []), ms]);
      }
    }
  }
  return {
    total: Math.round(median(totals)),
    first: Math.round((coldUser + coldSystem) / 1000),
    least: Math.round(Math.min(...totals)),
    stages: Object.fromEntries([...stages].map(([stage, ms]) => [stage, median(ms)])),
    peak: Math.round(process.resourceUsage().maxRSS / 1024),
  };
}
