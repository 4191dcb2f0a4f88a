/**
 * Easy Diffusion: each setting in a PNG text chunk of its own, or all as JSON in EXIF UserComment (sdkit,
 * file_utils.py, save_dicts); under program names or, when text files are saved too, under words
 * (easydiffusion/utils/save_utils.py, TASK_TEXT_MAPPING).
 */
import { parameters } from '../parameters.js';
import { shown } from '../personal.js';
import { defineReader, mark } from '../reader.js';
import { isKind } from '../shape.js';
import type { MetadataView } from '../view.js';
import { exifFields } from '../view.js';

/** Program name, word, what it is to us. */
const SETTINGS = [
  ['use_stable_diffusion_model', 'Stable Diffusion model', 'Model'],
  ['num_inference_steps', 'Steps', 'Steps'],
  ['sampler_name', 'Sampler', 'Sampler'],
  ['guidance_scale', 'Guidance Scale', 'CFG scale'],
  ['seed', 'Seed', 'Seed'],
  ['use_vae_model', 'VAE model', 'VAE'],
] as const;

export const easyDiffusionReader = defineReader({
  id: 'easy-diffusion',
  guide: {
    tool: 'Easy Diffusion',
    carriers:
      'PNG text `use_stable_diffusion_model`, `sampler_name`, `num_inference_steps`, `seed`, `width`, `height` (or `Stable Diffusion model`, `Sampler`, `Steps`, `Seed`, `Width`, `Height`), each a chunk and the last four numbers; the same as JSON in EXIF UserComment',
    proves: 'Easy Diffusion wrote the file',
    spoofs: 'Any editor of text chunks or EXIF',
  },
  read(view) {
    for (const { where, get } of sources(view)) {
      for (const form of [0, 1] as const) {
        if (!isWhole(get, form)) continue;
        const found = parameters({
          ...Object.fromEntries(SETTINGS.map((setting) => [setting[2], get(setting[form])])),
          Size: `${word(get(form === 0 ? 'width' : 'Width'))}x${word(get(form === 0 ? 'height' : 'Height'))}`,
        });
        const model = found.find(({ name }) => name === 'Model')?.value;
        return [
          mark({
            id: 'metadata.easy-diffusion',
            finding: `Easy Diffusion generation settings${model === undefined ? '' : `, model "${shown(model, 60)}"`}`,
            strength: 'structural',
            claim: 'ai-generated',
            where,
            explain: 'The settings that Easy Diffusion saves with its output. Unsigned.',
            vendor: 'Easy Diffusion',
            parameters: found,
          }),
        ];
      }
    }
    return [];
  },
});

interface Source {
  where: string;
  get: (key: string) => unknown;
}

function sources(view: MetadataView): Source[] {
  const chunks = new Map(
    view.text
      .filter(({ source }) => source.startsWith('png:'))
      .map(({ keyword, value }) => [keyword, value]),
  );
  const model = view.text.find(
    ({ keyword }) => keyword === SETTINGS[0][0] || keyword === SETTINGS[0][1],
  );
  const inChunks =
    model === undefined ? [] : [{ where: model.where, get: chunks.get.bind(chunks) }];
  const inComment = exifFields(view, 'UserComment').flatMap(({ value, where }) => {
    const json = view.readJson(value);
    return json === null
      ? []
      : [{ where, get: (key: string) => (Object.hasOwn(json, key) ? json[key] : undefined) }];
  });
  return [...inChunks, ...inComment];
}

/** Every picture has these, by program name and by word. */
const WORDS = [
  ['use_stable_diffusion_model', 'Stable Diffusion model'],
  ['sampler_name', 'Sampler'],
] as const;
const NUMBERS = [
  ['num_inference_steps', 'Steps'],
  ['seed', 'Seed'],
  ['width', 'Width'],
  ['height', 'Height'],
] as const;

const isWhole = (get: Source['get'], form: 0 | 1): boolean =>
  WORDS.every((names) => isKind(get(names[form]), 'string') && get(names[form]) !== '') &&
  NUMBERS.every((names) => isKind(get(names[form]), 'number'));

const word = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';
