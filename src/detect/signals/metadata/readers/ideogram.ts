/** Ideogram: EXIF Make "Ideogram AI". */
import { defineReader, mark } from '../reader.js';
import { exifPlace } from '../view.js';

export const ideogramReader = defineReader({
  id: 'ideogram',
  guide: {
    tool: 'Ideogram',
    carriers: 'EXIF Make, exactly "Ideogram AI"',
    proves: 'Ideogram wrote the file, or the tag was copied',
    spoofs: 'Any editor of EXIF',
  },
  read(view) {
    if (view.exif.get('Make') !== 'Ideogram AI') return [];
    return [
      mark({
        id: 'metadata.ideogram',
        finding: 'EXIF Make "Ideogram AI"',
        strength: 'structural',
        claim: 'ai-generated',
        where: exifPlace(view, 'Make'),
        explain: 'The maker that Ideogram writes in place of a camera. Unsigned.',
        vendor: 'Ideogram',
      }),
    ];
  },
});
