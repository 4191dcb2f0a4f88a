/**
 * Black Forest Labs' reference code for FLUX: EXIF Software `AI generated;txt2img;flux`, Make "Black Forest
 * Labs", Model = variant (flux/util.py, save_image). Its API writes Content Credentials instead.
 */
import { defineReader, mark } from '../reader.js';
import { parameters } from '../parameters.js';
import { exifPlace } from '../view.js';

/** It writes all three tags at once. */
const MAKE = 'Black Forest Labs';
const SOFTWARE = /^AI generated;(\w+);flux/i;

export const blackForestLabsReader = defineReader({
  id: 'black-forest-labs',
  guide: {
    tool: 'FLUX reference code (Black Forest Labs)',
    carriers:
      'EXIF Software `AI generated;txt2img;flux`, with Make exactly "Black Forest Labs" and Model = variant',
    proves: 'The reference code or a program built on it wrote the file',
    spoofs: 'Any editor of EXIF',
  },
  read(view) {
    const software = SOFTWARE.exec(view.exif.get('Software') ?? '');
    const model = view.exif.get('Model') ?? '';
    if (software === null || view.exif.get('Make') !== MAKE || model === '') return [];
    const work = software[1]!.toLowerCase();
    return [
      mark({
        id: 'metadata.flux-reference',
        finding: 'EXIF of the FLUX reference code',
        strength: 'structural',
        claim: /fill|inpaint/.test(work) ? 'ai-edited' : 'ai-generated',
        where: exifPlace(view, 'Software'),
        explain: 'The reference code writes "AI generated" into EXIF. Unsigned.',
        vendor: 'Black Forest Labs',
        parameters: parameters({ Model: model, Operation: work }),
      }),
    ];
  },
});
