/**
 * JSON that ByteDance's apps (Dreamina, CapCut, Douyin) put into EXIF beside the label of TC260:
 * `aigc_info` with `aigc_label_type` 1 or 2, or `product` "dreamina" with `exportType` "generation".
 */
import { findMember } from '../json.js';
import { defineReader, mark } from '../reader.js';
import { exifFields } from '../view.js';

export const bytedanceAppReader = defineReader({
  id: 'bytedance-app',
  guide: {
    tool: 'ByteDance apps (Dreamina, CapCut, Douyin)',
    carriers:
      'JSON in EXIF UserComment or ImageDescription with `aigc_info` and `aigc_label_type` 1 or 2, or with `product` "dreamina" and `exportType` "generation"',
    proves: 'The app declares AI content',
    spoofs: 'Any editor of EXIF',
  },
  read(view) {
    for (const { value, where } of exifFields(view, 'UserComment', 'ImageDescription')) {
      const json = view.readJson(value);
      if (json === null) continue;
      const find = (key: string): unknown => findMember(json, key, view.readJson);
      const kind = find('aigc_label_type');
      const labelled = find('aigc_info') !== undefined && (kind === 1 || kind === 2);
      const product = find('product');
      const generated =
        (product === 'dreamina' || product === 'dreamina_oversea') &&
        find('exportType') === 'generation';
      if (!labelled && !generated) continue;
      return [
        mark({
          id: 'metadata.bytedance-app',
          finding: generated
            ? 'Export record of ByteDance Dreamina: generation'
            : 'AI label in the export record of a ByteDance app',
          strength: 'declared',
          claim: 'ai-generated',
          where,
          explain: 'A record that the app writes for itself. Unsigned.',
          ...(generated ? { vendor: 'ByteDance Dreamina' } : {}),
        }),
      ];
    }
    return [];
  },
});
