/**
 * Samsung Galaxy AI: the gallery's editor keeps `genAIType` in JSON of the blocks behind a JPEG's end
 * (`PhotoEditor_Re_Edit_Data`, `PEg_Info`); not 0 when a generative tool worked on the picture. Samsung
 * documents none of it.
 */
import { withoutPadding } from '../../../../core/index.js';
import { findMember } from '../json.js';
import { defineReader, mark } from '../reader.js';

const BLOCKS = ['PhotoEditor_Re_Edit_Data', 'PEg_Info'];

export const samsungReader = defineReader({
  id: 'samsung',
  guide: {
    tool: 'Samsung Galaxy AI',
    carriers:
      'Blocks `PhotoEditor_Re_Edit_Data` and `PEg_Info` of the Samsung trailer (`SEFH` directory) behind a JPEG, with `genAIType` other than 0',
    proves: 'The Galaxy editor noted that a generative tool worked on the picture',
    spoofs: 'A script that writes the trailer; bytes that merely contain the words do not count',
  },
  read({ samsung, readJson }) {
    for (const { name, data, where } of samsung) {
      if (!BLOCKS.includes(name)) continue;
      const json = readJson(withoutPadding(new TextDecoder().decode(data)));
      const kind = json === null ? undefined : findMember(json, 'genAIType', readJson);
      if (typeof kind !== 'number' || !Number.isInteger(kind) || kind === 0) continue;
      return [
        mark({
          id: 'metadata.samsung-galaxy-ai',
          finding: `Samsung's editor noted a generative edit (genAIType ${kind})`,
          strength: 'declared',
          claim: 'ai-edited',
          where,
          explain:
            'A note that the Galaxy gallery keeps for undoing edits. Undocumented and unsigned; it tells of an edit, not how much of the picture it covers.',
          vendor: 'Samsung',
        }),
      ];
    }
    return [];
  },
});
