/** Every attack of the bench, in the order of the tables. */
import type { Attack, Group } from './attack.js';
import { COLOUR } from './colour.js';
import { COMBINED } from './combined.js';
import { COMPRESSION } from './compression.js';
import { FILTERS } from './filters.js';
import { GEOMETRY } from './geometry.js';
import { REGENERATION } from './regeneration.js';
import { SPLICING } from './splicing.js';

const NONE = COMBINED.filter(({ name }) => name === 'none');
const REST = COMBINED.filter(({ name }) => name !== 'none');

export const ATTACKS: readonly Attack[] = [
  ...NONE,
  ...COMPRESSION,
  ...GEOMETRY,
  ...COLOUR,
  ...FILTERS,
  ...SPLICING,
  ...REST,
  ...REGENERATION,
];

/** Groups in the order of the tables, with what each has to reach (null: reported only). */
export const GROUPS: readonly { readonly group: Group; readonly bar: number | null }[] = [
  { group: 'core', bar: 0.99 },
  { group: 'hard', bar: 0.95 },
  { group: 'extreme', bar: 0.6 },
  { group: 'suite', bar: null },
  { group: 'regeneration', bar: null },
];

export type { Attack, AttackContext, Category, Group, Suite } from './attack.js';
