/**
 * AUTOMATIC1111, Forge, SD.Next and what copies their format: the settings line as text in PNG
 * `parameters`, in EXIF UserComment of JPEG, WebP and AVIF, or in a GIF comment (modules/images.py,
 * save_image_with_geninfo); what the "extras" tab did in PNG `postprocessing`.
 */
import type { Infotext } from '../infotext.js';
import { parseInfotext } from '../infotext.js';
import { parameters } from '../parameters.js';
import { shown } from '../personal.js';
import { defineReader, mark } from '../reader.js';
import type { Mark } from '../reader.js';
import type { MetadataView, TextField } from '../view.js';
import { exifFields, textFields } from '../view.js';
import { isFooocus } from './fooocus.js';

/** Upscalers that are arithmetic, not networks. */
const PLAIN_UPSCALERS = /^(?:None|Lanczos|Nearest)$/i;

export const a1111Reader = defineReader({
  id: 'a1111',
  guide: {
    tool: 'AUTOMATIC1111, Forge, SD.Next, Civitai and tools that copy their format',
    carriers:
      'PNG text `parameters`, EXIF UserComment, GIF comment: a line with at least three well-formed of `Steps`, `Sampler`, `CFG scale`, `Seed`, `Size`, `Model hash`; PNG text `postprocessing`',
    proves: 'A Stable Diffusion front end wrote the file, or it copies the format',
    spoofs: 'Any editor of text chunks or EXIF',
  },
  read: (view) => [...settingsMarks(view), ...postprocessing(view)],
});

function settingsMarks(view: MetadataView): Mark[] {
  const fields = [
    ...textFields(view, 'parameters'),
    ...exifFields(view, 'UserComment'),
    ...view.text.filter(({ source }) => source === 'gif:comment'),
  ];
  return fields.flatMap((field) => {
    const settings = parseInfotext(field.value);
    if (settings === null || isFooocus(view, field, settings)) return [];
    return [settingsMark(field, settings)];
  });
}

function settingsMark({ where }: TextField, settings: Infotext): Mark {
  const found = settingsParameters(settings);
  const model = found.find(({ name }) => name === 'Model')?.value;
  const settled = found
    .filter(({ name }) => ['Steps', 'Sampler', 'CFG scale', 'Seed'].includes(name))
    .map(({ name, value }) => `${name}: ${value}`)
    .slice(0, 3)
    .join(', ');
  const vendor = frontEnd(settings);
  return mark({
    id: 'metadata.a1111-parameters',
    finding: `Stable Diffusion web UI settings${model === undefined ? '' : `, model "${shown(model, 60)}"`}${settled === '' ? '' : ` (${settled})`}`,
    strength: 'structural',
    claim: 'ai-generated',
    where,
    explain:
      'The settings line that Stable Diffusion front ends write. Unsigned, but nothing else writes it.',
    // Other tools copy the format, so the line alone names nobody.
    ...(vendor === null ? {} : { vendor }),
    parameters: found,
  });
}

function settingsParameters(settings: Infotext): Mark['parameters'] {
  return parameters({
    Model: settings.get('Model'),
    'Model hash': settings.get('Model hash'),
    VAE: settings.get('VAE'),
    Sampler: settings.get('Sampler'),
    Scheduler: settings.get('Schedule type') ?? settings.get('Scheduler'),
    Steps: settings.get('Steps'),
    'CFG scale': settings.get('CFG scale'),
    Seed: settings.get('Seed'),
    Size: settings.get('Size'),
    'Denoising strength': settings.get('Denoising strength'),
    Version: settings.get('Version'),
  });
}

/** Who wrote the line, by the version it states. */
function frontEnd(settings: Infotext): string | null {
  if (settings.get('App') === 'SD.Next') return 'SD.Next';
  const version = settings.get('Version') ?? '';
  if (/^v?1\.\d/.test(version)) return 'Stable Diffusion web UI';
  return /^(?:f\d|neo)/.test(version) ? 'Stable Diffusion web UI Forge' : null;
}

function postprocessing(view: MetadataView): Mark[] {
  return textFields(view, 'postprocessing', 'extras').flatMap(({ value, where }) => {
    const steps = new Map(
      value
        .slice(0, 4096)
        .split(', ')
        .map((step): [string, string] => {
          const colon = step.indexOf(': ');
          return [step.slice(0, colon), step.slice(colon + 2)];
        }),
    );
    const upscaler = steps.get('Postprocess upscaler') ?? steps.get('Upscaler');
    const network = upscaler !== undefined && !PLAIN_UPSCALERS.test(upscaler);
    const faces = ['CodeFormer visibility', 'GFPGAN visibility'].find((name) => steps.has(name));
    if (!network && faces === undefined) return [];
    return [
      mark({
        id: 'metadata.a1111-postprocessing',
        finding: network
          ? `Enlarged by the network "${shown(upscaler, 60)}" in a Stable Diffusion web UI`
          : 'Faces restored by a network in a Stable Diffusion web UI',
        strength: 'structural',
        claim: 'ai-edited',
        where,
        explain: 'The "extras" tab of the web UI works on any picture, a photograph too. Unsigned.',
        parameters: parameters({ Upscaler: upscaler }),
      }),
    ];
  });
}
