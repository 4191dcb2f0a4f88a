/** Every family, and which of them take what. */
import { printable } from '../../core/index.js';
import { optionError } from '../errors.js';
import type { Family, FamilyOptionName } from './family.js';
import { DDPM } from './ddpm.js';
import { FLOW } from './flow.js';
import { GAN } from './gan.js';
import { VAE } from './vae.js';

/** What the families that draw from text take. */
export const TEXT_TAKES = [
  'prompt',
  'steps',
  'guidance',
  'negative',
  'size',
  'init',
  'strength',
  'mask',
  'outpaint',
  'upscale',
  'style',
  'interpolate',
  'control',
  'latentMark',
] as const satisfies readonly FamilyOptionName[];

const TURBO_MODELS = ['dit-turbo', 'text-encoder', 'vae-decoder', 'vae-encoder'] as const;
/** One model that is of both families: the bundled one. */
const TEXT_MODELS = ['dit', 'text-encoder', 'vae-decoder', 'vae-encoder'] as const;

/** The bundled model distilled: `createGenerator` with `TURBO_PIPELINE`. */
export const CONSISTENCY = 'consistency';

export const FAMILIES: readonly Family[] = [
  GAN,
  VAE,
  FLOW,
  DDPM,
  {
    name: 'latent-diffusion',
    title: 'latent diffusion, text-guided',
    models: TEXT_MODELS,
    takes: TEXT_TAKES,
  },
  {
    name: 'flow-matching',
    title: 'flow matching (rectified flow)',
    models: TEXT_MODELS,
    takes: TEXT_TAKES,
  },
  {
    name: CONSISTENCY,
    title: 'consistency model, one to four steps',
    models: TURBO_MODELS,
    takes: TEXT_TAKES,
  },
];

export const FAMILY_NAMES: readonly string[] = FAMILIES.map(({ name }) => name);

/** @throws GenerateError GENERATE_OPTION naming the families that there are. */
export function familyOf(name: string): Family {
  const family = FAMILIES.find((one) => one.name === name);
  if (family !== undefined) return family;
  throw optionError(
    `there is no family "${printable(name, 40)}"; there are ${FAMILY_NAMES.join(', ')}`,
  );
}

/**
 * Refuse what `family` does not take.
 *
 * @throws GenerateError GENERATE_OPTION naming the families that take it.
 */
export function assertTakes(family: Family, given: readonly FamilyOptionName[]): void {
  for (const name of given) {
    if (family.takes.includes(name)) continue;
    const others = FAMILIES.filter(({ takes }) => takes.includes(name)).map((one) => one.name);
    throw optionError(`the family ${family.name} takes no ${name}; ${listOf(others)}`);
  }
}

function listOf(names: readonly string[]): string {
  const [last, ...rest] = [...names].reverse();
  if (last === undefined) return 'no family does';
  return rest.length === 0 ? `${last} does` : `${rest.reverse().join(', ')} and ${last} do`;
}
