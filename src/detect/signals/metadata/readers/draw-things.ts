/**
 * Draw Things (macOS, iOS): XMP with CreatorTool "Draw Things" and the settings as JSON in
 * `exif:UserComment`: `c` prompt, `uc` negative prompt, `sampler`, `seed`, `scale`, `steps`, `size`.
 */
import { parameters } from '../parameters.js';
import { shown } from '../personal.js';
import { defineReader, mark } from '../reader.js';
import type { Shape } from '../shape.js';
import { fits } from '../shape.js';
import { xmpPlace } from '../view.js';
import { XMP_NAMESPACES, xmpValues } from '../xmp.js';

const SETTINGS = {
  c: 'string',
  uc: 'string',
  sampler: 'string',
  seed: 'number',
} as const satisfies Shape;

export const drawThingsReader = defineReader({
  id: 'draw-things',
  guide: {
    tool: 'Draw Things',
    carriers: 'XMP `exif:UserComment` with JSON that has `c`, `uc`, `sampler` and `seed`',
    proves: 'Draw Things wrote the file',
    spoofs: 'Any editor of XMP',
  },
  read(view) {
    for (const value of xmpValues(view.xmp, XMP_NAMESPACES.exif, 'UserComment')) {
      const json = view.readJson(value);
      if (json === null || !fits(json, SETTINGS)) continue;
      const found = parameters({
        Model: json.model,
        Sampler: json.sampler,
        Steps: json.steps,
        'CFG scale': json.scale,
        Seed: json.seed,
        Size: json.size,
        'Denoising strength': json.strength,
      });
      const model = found.find(({ name }) => name === 'Model')?.value;
      return [
        mark({
          id: 'metadata.draw-things',
          finding: `Draw Things generation settings${model === undefined ? '' : `, model "${shown(model, 60)}"`}`,
          strength: 'structural',
          claim: 'ai-generated',
          where: xmpPlace(view, 'XMP-exif:UserComment'),
          explain: 'The settings that Draw Things saves with its output. Unsigned.',
          vendor: 'Draw Things',
          parameters: found,
        }),
      ];
    }
    return [];
  },
});
