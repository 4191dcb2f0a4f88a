/** What an attack is: a change of a marked picture, with the name that the tables print. */
import type { MersenneTwister } from '../../../src/core/index.js';
import type { Pixels } from '../../../src/image/index.js';

/**
 * `core`, `hard` and `extreme` have a bar to reach; `suite` rows exist only to line up with published
 * tables; `regeneration` is reported and not claimed.
 */
export type Group = 'core' | 'hard' | 'extreme' | 'suite' | 'regeneration';
export type Category =
  'compression' | 'geometry' | 'colour' | 'noise and blur' | 'splicing' | 'combined';
export type Suite = 'WAVES' | 'W-Bench' | 'WAM' | 'OmniSeal' | 'StirMark';

export interface AttackContext {
  /** Seeded by the picture and the attack: the same place, angle and noise in every run. */
  readonly random: MersenneTwister;
  /** The picture before it was marked. */
  readonly original: Pixels;
  /** Other, unmarked pictures of the same set. */
  readonly other: (index: number) => Promise<Pixels>;
}

export interface Attack {
  readonly name: string;
  readonly group: Group;
  readonly category: Category;
  /** Whose published parameters these are. */
  readonly suites?: readonly Suite[];
  /** Only for originals of 2,400 pixels or more on the long side. */
  readonly largeOnly?: true;
  readonly run: (image: Pixels, context: AttackContext) => Pixels | Promise<Pixels>;
}
