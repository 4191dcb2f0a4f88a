/**
 * AUTOMATIC1111, Forge, SD.Next and what copies their format: generation settings as text in PNG
 * `parameters`, or in EXIF UserComment for JPEG, WebP and AVIF.
 */
import { printable } from '../../../../core/index.js';
import { defineReader, METADATA_LLR } from '../reader.js';

const SETTINGS = [
  /\bSteps: \d+/,
  /\bSampler: [^,\n]+/,
  /\bCFG scale: [\d.]+/,
  /\bSeed: \d+/,
  /\bSize: \d+x\d+/,
  /\bModel hash: [0-9a-f]+/i,
];

export const a1111Reader = defineReader({
  id: 'a1111',
  read(view) {
    const candidates = view.text
      .filter(({ keyword }) => keyword === 'parameters')
      .map(({ value, where }) => ({ value, where }));
    const comment = view.exif.get('UserComment');
    if (comment !== undefined) {
      candidates.push({ value: comment, where: `${view.exifWhere ?? 'exif'} UserComment` });
    }
    return candidates.flatMap(({ value, where }) => {
      const settings = SETTINGS.map((pattern) => pattern.exec(value)?.[0]).filter(
        (found) => found !== undefined,
      );
      // One or two such words may stand in a caption; three together are the tool's own line.
      if (settings.length < 3) return [];
      const model = /\bModel: ([^,\n]+)/.exec(value)?.[1];
      return [
        {
          id: 'metadata.a1111-parameters',
          layer: 'metadata' as const,
          finding: `Stable Diffusion web UI settings${model === undefined ? '' : `, model "${printable(model, 60)}"`} (${printable(settings.slice(0, 3).join(', '), 80)})`,
          strength: 'structural' as const,
          claim: 'ai-generated' as const,
          llr: METADATA_LLR.structural,
          spoofable: true,
          where,
          explain:
            'The settings line that Stable Diffusion front ends write. Unsigned, but nothing else writes it.',
          vendor: 'Stable Diffusion web UI',
        },
      ];
    });
  },
});
