/**
 * Fooocus (modules/meta_parser.py): settings in PNG `parameters` with the scheme in `fooocus_scheme`, or
 * in EXIF UserComment with the scheme in MakerNote and `Fooocus v...` in Software. The scheme `fooocus`
 * is JSON, the scheme `a1111` the settings line; early versions kept JSON in `Comment`.
 */
import type { Infotext } from '../infotext.js';
import { parseInfotext } from '../infotext.js';
import type { JsonObject } from '../json.js';
import type { Parameter } from '../parameters.js';
import { parameters } from '../parameters.js';
import { shown } from '../personal.js';
import { defineReader, mark } from '../reader.js';
import type { Shape } from '../shape.js';
import { fits } from '../shape.js';
import type { MetadataView, TextField } from '../view.js';
import { exifFields, textFields } from '../view.js';

/** In every version, and in forks. */
const JSON_SETTINGS = {
  base_model: 'string',
  prompt: 'string',
  sampler: 'string',
  scheduler: 'string',
  seed: 'number',
} as const satisfies Shape;

export const fooocusReader = defineReader({
  id: 'fooocus',
  guide: {
    tool: 'Fooocus',
    carriers:
      'PNG text `parameters` with `fooocus_scheme`; EXIF UserComment with MakerNote `fooocus` or `a1111` and Software `Fooocus v...`; JSON with `base_model`, `prompt`, `sampler`, `scheduler` and `seed`, or the settings line',
    proves: 'Fooocus wrote the file',
    spoofs: 'Any editor of text chunks or EXIF',
  },
  read(view) {
    const fields = [
      ...textFields(view, 'parameters', 'Comment'),
      ...exifFields(view, 'UserComment'),
    ];
    for (const field of fields) {
      const found = jsonSettings(view.readJson(field.value)) ?? lineSettings(view, field);
      if (found === null) continue;
      return [
        mark({
          id: 'metadata.fooocus',
          finding: `Fooocus generation settings${found.model === undefined ? '' : `, model "${shown(found.model, 60)}"`}`,
          strength: 'structural',
          claim: 'ai-generated',
          where: field.where,
          explain: 'The settings that Fooocus saves with its output. Unsigned.',
          vendor: 'Fooocus',
          parameters: found.parameters,
        }),
      ];
    }
    return [];
  },
});

interface Settings {
  model: string | undefined;
  parameters: Parameter[];
}

function jsonSettings(settings: JsonObject | null): Settings | null {
  if (settings === null || !fits(settings, JSON_SETTINGS)) return null;
  const found = parameters({
    Model: settings.base_model,
    'Model hash': settings.base_model_hash,
    VAE: settings.vae,
    Sampler: settings.sampler,
    Scheduler: settings.scheduler,
    Steps: settings.steps,
    'CFG scale': settings.guidance_scale,
    Seed: settings.seed,
    Size: resolution(settings),
    Version: settings.version,
  });
  return { model: modelOf(found), parameters: found };
}

/** Written as a Python tuple: `(1152, 896)`. */
function resolution({ resolution: text }: JsonObject): string | undefined {
  const sides = typeof text === 'string' ? /^\((\d+), (\d+)\)$/.exec(text) : null;
  return sides === null ? undefined : `${sides[1]}x${sides[2]}`;
}

function lineSettings(view: MetadataView, field: TextField): Settings | null {
  const settings = parseInfotext(field.value);
  if (settings === null || !isFooocus(view, field, settings)) return null;
  const found = parameters({
    Model: settings.get('Model'),
    'Model hash': settings.get('Model hash'),
    Sampler: settings.get('Sampler'),
    Scheduler: settings.get('Scheduler'),
    Steps: settings.get('Steps'),
    'CFG scale': settings.get('CFG scale'),
    Seed: settings.get('Seed'),
    Size: settings.get('Size'),
    Version: settings.get('Version'),
  });
  return { model: modelOf(found), parameters: found };
}

const modelOf = (found: Parameter[]): string | undefined =>
  found.find(({ name }) => name === 'Model')?.value;

/** Whether a settings line is Fooocus' own: by its version, or by the scheme beside it. */
export function isFooocus(view: MetadataView, field: TextField, settings: Infotext): boolean {
  if (/^Fooocus v/.test(settings.get('Version') ?? '')) return true;
  return field.source === 'exif'
    ? view.makerNoteText === 'a1111' && /^Fooocus v/.test(view.exif.get('Software') ?? '')
    : textFields(view, 'fooocus_scheme').some(({ value }) => value === 'a1111');
}
