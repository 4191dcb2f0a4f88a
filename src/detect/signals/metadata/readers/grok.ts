/**
 * xAI Grok (Aurora): EXIF ImageDescription `Signature: <base64>` and Artist = id of the picture. What
 * the signature covers is not published, so it is a mark and no proof.
 */
import { defineReader, mark } from '../reader.js';
import { exifPlace } from '../view.js';

const SIGNATURE = /^Signature:\s*[A-Za-z0-9+/=]{64,2000}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const grokReader = defineReader({
  id: 'grok',
  guide: {
    tool: 'xAI Grok',
    carriers: 'EXIF ImageDescription `Signature: <base64>` together with a uuid in EXIF Artist',
    proves: 'Grok wrote the file, or its tags were copied: the signature has no public key',
    spoofs: 'Any editor of EXIF, with the tags of another Grok picture',
  },
  read(view) {
    const description = view.exif.get('ImageDescription')?.trim() ?? '';
    if (!SIGNATURE.test(description) || !UUID.test(view.exif.get('Artist')?.trim() ?? ''))
      return [];
    return [
      mark({
        id: 'metadata.grok',
        finding: 'Signature field and image id as xAI Grok writes them',
        strength: 'structural',
        claim: 'ai-generated',
        where: exifPlace(view, 'ImageDescription, Artist'),
        explain:
          'xAI writes this pair of fields. Its signature cannot be checked, since its key is not public.',
        vendor: 'xAI Grok',
      }),
    ];
  },
});
