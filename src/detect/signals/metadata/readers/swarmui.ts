/**
 * SwarmUI: a JSON object with `sui_image_params` in PNG `parameters`, in EXIF UserComment of JPEG and
 * WebP, in EXIF Model of early files (src/Utils/Image.cs), or hidden in the pixels.
 */
import { isObject } from '../json.js';
import { parameters, sizeOf } from '../parameters.js';
import { shown } from '../personal.js';
import { defineReader, mark } from '../reader.js';
import type { Shape } from '../shape.js';
import { countFitting, fits } from '../shape.js';
import { exifFields, textFields } from '../view.js';

/** Beside the prompt; a workflow of the user's own may do without some. */
const SETTINGS = {
  model: 'string',
  seed: 'number',
  steps: 'number',
  cfgscale: 'number',
  width: 'number',
  height: 'number',
} as const satisfies Shape;
const WANTED = 2;

export const swarmuiReader = defineReader({
  id: 'swarmui',
  guide: {
    tool: 'SwarmUI',
    carriers:
      'JSON with `sui_image_params` (`prompt` and at least two of `model`, `seed`, `steps`, `cfgscale`, `width`, `height`) in PNG text `parameters`, EXIF UserComment or (early) EXIF Model',
    proves: 'SwarmUI wrote the file',
    spoofs: 'Any editor of text chunks or EXIF',
  },
  read(view) {
    const fields = [...textFields(view, 'parameters'), ...exifFields(view, 'UserComment', 'Model')];
    for (const { value, where } of fields) {
      const params = view.readJson(value)?.sui_image_params;
      if (!isObject(params) || !fits(params, { prompt: 'string' })) continue;
      if (countFitting(params, SETTINGS) < WANTED) continue;
      const found = parameters({
        Model: params.model,
        VAE: params.vae,
        Sampler: params.sampler,
        Scheduler: params.scheduler,
        Steps: params.steps,
        'CFG scale': params.cfgscale,
        Seed: params.seed,
        Size: sizeOf(params.width, params.height),
        Version: params.swarm_version,
      });
      const model = found.find(({ name }) => name === 'Model')?.value;
      return [
        mark({
          id: 'metadata.swarmui',
          finding: `SwarmUI generation settings${model === undefined ? '' : `, model "${shown(model, 60)}"`}`,
          strength: 'structural',
          claim: 'maskimage' in params ? 'ai-edited' : 'ai-generated',
          where,
          explain: 'The settings that SwarmUI saves with its output. Unsigned.',
          vendor: 'SwarmUI',
          parameters: found,
        }),
      ];
    }
    return [];
  },
});
