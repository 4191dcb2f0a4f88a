/** A family as a `Generator`: no prompt, small pictures enlarged, so that a watermark finds room in them. */
import { createHash, randomInt } from 'node:crypto';
import { assertInteger, printable } from '../../core/index.js';
import type { Pixels } from '../../image/index.js';
import { resizePixels } from '../../image/index.js';
import type { ModelStore } from '../../onnx/index.js';
import { throwIfAborted } from '../abort.js';
import { optionError } from '../errors.js';
import type { GeneratedImage, Generator } from '../generator.js';
import { checkOptions } from '../check-options.js';
import type { GenerateOptions } from '../options.js';
import type { StepHook } from '../pipelines/diffuse.js';
import { planarToPixels } from '../planar.js';
import { drawExhibit } from './exhibit.js';
import type { Family, FamilyModel, FamilyOptionName, FamilyOptions } from './family.js';
import { assertTakes, familyOf } from './registry.js';

/** Pictures get this side, by Lanczos: detail there is none beyond the 32 or 64 pixels of the model. */
export const FAMILY_SIDE = 512;
const STEPS_MAX = 1000;
/** Side of one picture where many stand side by side. */
const CELL_SIDE = 192;

export interface FamilyGeneratorOptions extends FamilyOptions {
  /** The bundled models, or a folder that training/families/export.py wrote. */
  readonly models: ModelStore;
  /** "gan", "vae", "flow" or "ddpm". */
  readonly family: string;
  /** Not one picture but many side by side, that show what is special to the family. Default false. */
  readonly exhibit?: boolean;
}

/**
 * A generator that takes no prompt (give it ''), and of `GenerateOptions` only seed, count, progress and signal, besides what its family takes
 * (`steps`, `init`, `toward.seed`).
 *
 * @throws GenerateError GENERATE_OPTION for an unknown family, or an option that this one does not have.
 */
export function createFamilyGenerator(options: FamilyGeneratorOptions): Generator {
  const { models, family: name, exhibit = false, ...own } = options;
  const family = familyOf(name);
  if (family.load === undefined) {
    throw optionError(`${family.name} draws from text: createGenerator runs it`);
  }
  assertTakes(family, namesOf(own));
  let loading: Promise<FamilyModel> | undefined;
  return {
    async generate(prompt, asked = {}) {
      const { steps, ...others } = asked; // of which DDPM takes more than text pipelines
      checkOptions(others);
      if (steps !== undefined) assertInteger(steps, 'steps', 1, STEPS_MAX);
      assertTakes(family, [...(prompt === '' ? [] : ['prompt' as const]), ...askedNames(asked)]);
      const { seed = randomInt(2 ** 32), count = 1, signal } = asked;
      const hookOf = (image: number): StepHook => {
        return (stage, step, steps) => {
          throwIfAborted(signal);
          asked.onProgress?.({ stage, step, steps, image, images: count });
        };
      };
      hookOf(0)('load', 0, 1);
      loading ??= loadFamily(family, models).catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
      const model = await loading;
      hookOf(0)('load', 1, 1);
      const results: GeneratedImage[] = [];
      for (let i = 0; i < count; i++) {
        const which = { family, model, seed: seed + i, exhibit, onStep: hookOf(i) };
        results.push(await drawOne(which, { ...own, ...asked }));
      }
      return results;
    },
  };
}

/** @throws GenerateError GENERATE_OPTION when the folder holds no weights of the family. */
async function loadFamily(family: Family, store: ModelStore): Promise<FamilyModel> {
  const { models } = await store.manifest();
  const missing = family.models.filter((name) => models.every((model) => model.name !== name));
  if (missing.length === 0) return family.load!(store);
  throw optionError(
    `there are no weights of the family ${family.name} in ${printable(store.dir)} (${missing.join(', ')}): ` +
      'train them with training/families and name the folder that holds them (docs/families.md)',
  );
}

interface Which {
  readonly family: Family;
  readonly model: FamilyModel;
  readonly seed: number;
  readonly exhibit: boolean;
  readonly onStep: StepHook;
}

async function drawOne(
  { family, model, seed, exhibit, onStep }: Which,
  options: FamilyOptions & GenerateOptions,
): Promise<GeneratedImage> {
  const { mix, truncation, temperature, sampler, trace, steps, init, toward } = options;
  const given = { mix, truncation, temperature, sampler, trace, steps, init, toward };
  const drawn = exhibit
    ? await drawExhibit(model, family.exhibit!, seed, onStep)
    : await model.draw({ seed, onStep, ...onlyGiven(given) });
  const { image } = drawn;
  const isMany = exhibit || trace === true;
  const factor = (isMany ? CELL_SIDE : FAMILY_SIDE) / model.side;
  const pixels = await resizePixels(
    planarToPixels(image),
    Math.round(image.width * factor),
    Math.round(image.height * factor),
  );
  const { width, height } = pixels;
  return {
    pixels,
    seed,
    prompt: '',
    settings: {
      steps: drawn.steps,
      guidance: 1,
      negative: '',
      size: { width, height },
      scheduler: drawn.scheduler,
      family: { name: family.name, ...drawn.settings },
      ...(init === undefined
        ? {}
        : // Its shapes survive, so the result counts as an edit of it.
          { edit: { mode: 'image-to-image' as const, strength: 0, init: digestOf(init) } }),
      ...(toward === undefined ? {} : { toward }),
    },
    model: {
      name: `imprint-family-${family.name}`,
      version: model.models[0]!.version,
      sha256s: Object.fromEntries(model.models.map((part) => [part.name, part.sha256])),
    },
  };
}

/** Of the options of every generator, those that only some families take. */
function askedNames(asked: GenerateOptions): FamilyOptionName[] {
  const { steps, init, guidance, negative, size, strength, mask, outpaint, upscale } = asked;
  const { scheduler, control, style, toward, latentMark } = asked;
  const text = { guidance, negative, size, strength, mask, outpaint, upscale, scheduler, control };
  return [
    ...namesOf({ steps, init, style, latentMark, ...text }),
    ...(toward === undefined ? [] : ['interpolate' as const]),
    ...(toward?.prompt === undefined ? [] : ['prompt' as const]),
  ];
}

function namesOf(options: Partial<Record<FamilyOptionName, unknown>>): FamilyOptionName[] {
  return Object.keys(onlyGiven(options)) as FamilyOptionName[];
}

function onlyGiven<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

const digestOf = ({ data }: Pixels): string => createHash('sha256').update(data).digest('hex');
