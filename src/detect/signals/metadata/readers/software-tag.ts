/**
 * Generators that leave no more than their name in EXIF Software or Make, in XMP CreatorTool or in IPTC
 * Originating Program. The whole field must be the name, with a version behind it at most: a field that
 * merely contains a brand may be a caption, a font or a camera.
 */
import { parameters } from '../parameters.js';
import { shown } from '../personal.js';
import { defineReader, mark } from '../reader.js';
import type { MetadataView } from '../view.js';
import { exifPlace, iptcValues, xmpPlace } from '../view.js';
import { XMP_NAMESPACES, xmpValues } from '../xmp.js';

export const SOFTWARE_TAG_ID = 'metadata.software-tag';

const NAMES: readonly (readonly [pattern: RegExp, vendor: string])[] = [
  [/^reve\.com$/i, 'Reve'],
  [/^Aphrodite AI$/i, 'Aphrodite AI'],
  [/^Mochi Diffusion(?: [\d.]+)?$/, 'Mochi Diffusion'],
  [/^Draw Things$/, 'Draw Things'],
  [/^InvokeAI(?: v?[\d.]+\w*)?$/, 'InvokeAI'],
  [/^NovelAI$/, 'NovelAI'],
];

export const softwareTagReader = defineReader({
  id: 'software-tag',
  guide: {
    tool: 'Reve, Mochi Diffusion, Aphrodite AI; Draw Things, InvokeAI and NovelAI by name alone',
    carriers:
      'EXIF Software or Make, XMP `xmp:CreatorTool`, IPTC Originating Program, PNG text `Software`: nothing but the name, and a version',
    proves: 'Somebody, mostly the tool, wrote its name there',
    spoofs: 'Any editor',
  },
  read(view) {
    for (const { value, where } of places(view)) {
      const name = value.trim();
      const vendor = name.length > 60 ? undefined : NAMES.find(([name_]) => name_.test(name))?.[1];
      if (vendor === undefined) continue;
      return [
        mark({
          id: SOFTWARE_TAG_ID,
          finding: `The file names the generator "${shown(name, 60)}" as its software`,
          strength: 'declared',
          claim: 'ai-generated',
          where,
          explain: 'A name in a field for software. Unsigned, and written in a second.',
          vendor,
          parameters: parameters({ Tool: name }),
        }),
      ];
    }
    return [];
  },
});

function places(view: MetadataView): { value: string; where: string }[] {
  return [
    ...['Software', 'Make'].map((tag) => ({
      value: view.exif.get(tag) ?? '',
      where: exifPlace(view, tag),
    })),
    ...xmpValues(view.xmp, XMP_NAMESPACES.xmp, 'CreatorTool').map((value) => ({
      value,
      where: xmpPlace(view, 'XMP-xmp:CreatorTool'),
    })),
    ...iptcValues(view, 'OriginatingProgram').map((value) => ({
      value,
      where: 'iptc OriginatingProgram',
    })),
    ...view.text.filter(({ keyword }) => keyword === 'Software'),
  ];
}
