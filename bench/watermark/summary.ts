/** From the results of single pictures to the figures that are published. */
import { GROUPS, type Attack, type Group } from './attacks/index.js';
import { SETS, type SetName } from './images.js';
import type { PeerName } from './peer-process.js';
import type { QualityResult } from './quality.js';
import type { SpeedRow } from './speed.js';
import type { Decodes, FalseResult, MarkedResult, PeerResult } from './tasks.js';

/** How many of how many. */
export interface Count {
  readonly hits: number;
  readonly of: number;
}
export interface Spread {
  readonly mean: number;
  /** 5th percentile. */
  readonly low: number;
  readonly least: number;
}
export type QualitySummary = Readonly<Record<keyof QualityResult, Spread>>;
export interface SetSummary {
  readonly set: SetName;
  readonly images: number;
  /** Not embedded; their attacks count as lost. */
  readonly refused: number;
  /** Readings that gave another payload. */
  readonly wrong: number;
  readonly quality: QualitySummary;
  readonly margin: Spread;
  readonly read: Readonly<Record<string, Count>>;
  readonly verified: Readonly<Record<string, Count>>;
}
export interface PeerSummary {
  readonly peer: PeerName;
  readonly images: number;
  readonly quality: QualitySummary;
  readonly rows: Readonly<Record<string, Count & { readonly bits: number }>>;
  /** Ours on the same pictures. */
  readonly ours: Readonly<Record<string, Count>>;
  readonly oursQuality: QualitySummary;
}
export interface FalseSummary {
  readonly unmarked: Decodes;
  readonly wrongKey: Decodes;
  readonly histogram: readonly number[];
}
export interface BenchResult {
  readonly machine: string;
  readonly node: string;
  readonly commit: string;
  /** Content hash of src/watermark and of the attacks. */
  readonly version: string;
  readonly sources: Readonly<Record<string, readonly string[]>>;
  /** What whoever ran it says about the pictures. */
  readonly note: string;
  readonly sets: readonly SetSummary[];
  readonly lost: readonly string[];
  readonly falseAccepts: FalseSummary | null;
  readonly peers: readonly PeerSummary[];
  readonly speed: readonly SpeedRow[];
}

export function spread(values: readonly number[]): Spread {
  if (values.length === 0) return { mean: NaN, low: NaN, least: NaN };
  const sorted = [...values].sort((a, b) => a - b);
  const at = 0.05 * (sorted.length - 1);
  const [below, part] = [Math.floor(at), at % 1];
  const low = sorted[below]! * (1 - part) + (sorted[below + 1] ?? sorted[below]!) * part;
  return { mean: sorted.reduce((a, b) => a + b, 0) / sorted.length, low, least: sorted[0]! };
}

export function countRows<Row>(
  results: readonly { readonly rows: Readonly<Record<string, Row>> }[],
  hit: (row: Row) => boolean,
): Record<string, Count> {
  const counts: Record<string, Count> = {};
  for (const { rows } of results) {
    for (const [name, row] of Object.entries(rows)) {
      const { hits, of } = counts[name] ?? { hits: 0, of: 0 };
      counts[name] = { hits: hits + (hit(row) ? 1 : 0), of: of + 1 };
    }
  }
  return counts;
}

function summariseQuality(results: readonly QualityResult[]): QualitySummary {
  return {
    psnr: spread(results.flatMap(({ psnr }) => psnr ?? [])),
    ssim: spread(results.map(({ ssim }) => ssim)),
    ssimRgb: spread(results.map(({ ssimRgb }) => ssimRgb)),
  };
}

export function summariseSet(set: SetName, results: readonly MarkedResult[]): SetSummary {
  const embedded = results.filter((result) => result.embedded);
  const wrong = countRows(results, (row) => row.wrong);
  return {
    set,
    images: results.length,
    refused: results.length - embedded.length,
    wrong: Object.values(wrong).reduce((sum, { hits }) => sum + hits, 0),
    quality: summariseQuality(embedded),
    margin: spread(embedded.map(({ margin }) => margin)),
    read: countRows(results, (row) => row.read),
    verified: countRows(results, (row) => row.verified),
  };
}

export function summarisePeer(
  peer: PeerName,
  results: readonly PeerResult[],
  ours: readonly MarkedResult[],
): PeerSummary {
  const ids = new Set(results.map(({ id }) => id));
  const same = ours.filter(({ id }) => ids.has(id));
  const counts = countRows(results, (row) => row.read);
  const rows = Object.fromEntries(
    Object.entries(counts).map(([name, count]) => {
      const bits = results.flatMap((result) => result.rows[name]?.bits ?? []);
      return [name, { ...count, bits: spread(bits).mean }];
    }),
  );
  return {
    peer,
    images: results.length,
    quality: summariseQuality(results),
    rows,
    ours: countRows(same, (row) => row.read),
    oursQuality: summariseQuality(same),
  };
}

export function summariseFalse(results: readonly FalseResult[]): FalseSummary | null {
  if (results.length === 0) return null;
  const total = (of: (result: FalseResult) => Decodes): Decodes => ({
    decodes: results.reduce((sum, r) => sum + of(r).decodes, 0),
    accepted: results.reduce((sum, r) => sum + of(r).accepted, 0),
    largest: results.reduce((most, r) => Math.max(most, of(r).largest), 0),
  });
  const histogram = results[0]!.histogram.map((_, bin) =>
    results.reduce((sum, { histogram }) => sum + histogram[bin]!, 0),
  );
  return { unmarked: total((r) => r.unmarked), wrongKey: total((r) => r.wrongKey), histogram };
}

export interface GroupSummary {
  readonly group: Group;
  readonly bar: number | null;
  readonly rows: number;
  readonly mean: number;
  readonly worstAttack: readonly [string, number];
  readonly worstCategory: readonly [string, number];
  readonly worstSet: readonly [string, number];
  /** Attacks whose recovery over all pictures is under the bar. */
  readonly below: readonly string[];
}

/** Mean over the attacks of each group, and the worst attack, category and set. */
export function summariseGroups(
  sets: readonly SetSummary[],
  attacks: readonly Attack[],
): GroupSummary[] {
  const rate = (attack: Attack, of: readonly SetSummary[]): number | null => {
    const counts = of.flatMap(({ read }) => read[attack.name] ?? []);
    const all = counts.reduce((sum, c) => sum + c.of, 0);
    return all === 0 ? null : counts.reduce((sum, c) => sum + c.hits, 0) / all;
  };
  const mean = (some: readonly Attack[], of: readonly SetSummary[]): number | null => {
    const rates = some.flatMap((attack) => rate(attack, of) ?? []);
    return rates.length === 0 ? null : rates.reduce((a, b) => a + b, 0) / rates.length;
  };
  return GROUPS.flatMap(({ group, bar }) => {
    const own = attacks.filter((a) => a.group === group && rate(a, sets) !== null);
    if (own.length === 0) return [];
    const worst = (named: readonly (readonly [string, number | null])[]) =>
      named
        .flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]))
        .reduce((a, b) => (b[1] < a[1] ? b : a));
    const categories = [...new Set(own.map(({ category }) => category))];
    return [
      {
        group,
        bar,
        rows: own.length,
        mean: mean(own, sets)!,
        worstAttack: worst(own.map((a) => [a.name, rate(a, sets)])),
        worstCategory: worst(
          categories.map((c) => [
            c,
            mean(
              own.filter(({ category }) => category === c),
              sets,
            ),
          ]),
        ),
        worstSet: worst(
          SETS.flatMap((set) => {
            const of = sets.filter((s) => s.set === set);
            return of.length === 0 ? [] : [[set, mean(own, of)] as const];
          }),
        ),
        below: bar === null ? [] : own.filter((a) => rate(a, sets)! < bar).map(({ name }) => name),
      },
    ];
  });
}
