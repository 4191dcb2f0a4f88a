/** What the parent asks of its child processes, and what each leaves in the cache. */
import type { BenchImage } from './images.js';
import type { PeerName } from './peer-process.js';
import type { QualityResult } from './quality.js';

interface TaskBase {
  readonly image: BenchImage;
  /** Unmarked pictures of the same set, for collages. */
  readonly others: readonly BenchImage[];
  /** Where the result goes. */
  readonly path: string;
}

export interface MarkedTask extends TaskBase {
  readonly kind: 'marked';
  /** Rows of published suites and regeneration too. */
  readonly everyAttack: boolean;
}
export interface FalseTask extends TaskBase {
  readonly kind: 'false';
  /** Keys per decode. */
  readonly keys: number;
  /** This picture's place in its run: decides which attacks it takes. */
  readonly index: number;
}
export interface PeerTask extends TaskBase {
  readonly kind: 'peer';
  readonly peer: PeerName;
  readonly python: string;
}
export type Task = MarkedTask | FalseTask | PeerTask;

export interface AttackRow {
  /** The exact payload came out of a blind reading. */
  readonly read: boolean;
  /** Another payload than the embedded one came out. */
  readonly wrong: boolean;
  readonly statistic: number;
  /** `verifyWatermark` found the payload. */
  readonly verified: boolean;
  readonly verifyStatistic: number;
}
export interface MarkedResult extends QualityResult {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly embedded: boolean;
  readonly margin: number;
  readonly rows: Readonly<Record<string, AttackRow>>;
}

export interface Decodes {
  readonly decodes: number;
  readonly accepted: number;
  readonly largest: number;
}
export interface FalseResult {
  readonly id: string;
  readonly unmarked: Decodes;
  readonly wrongKey: Decodes;
  /** Counts of the targeted statistic on unmarked pictures, by bin (null-samples.ts). */
  readonly histogram: readonly number[];
}

export interface PeerRow {
  readonly read: boolean;
  /** Share of the bits that came out right. */
  readonly bits: number;
}
export interface PeerResult extends QualityResult {
  readonly id: string;
  readonly rows: Readonly<Record<string, PeerRow>>;
}
