/**
 * IPTC Photo Metadata: Digital Source Type (`Iptc4xmpExt:DigitalSourceType`). An unsigned statement:
 * strong when it says AI, worth little when it does not.
 */
import { digitalSourceType } from '../../../source-type.js';
import { shown } from '../personal.js';
import { defineReader, mark, METADATA_LLR } from '../reader.js';
import { xmpPlace } from '../view.js';
import { XMP_NAMESPACES, xmpValues } from '../xmp.js';

export const sourceTypeReader = defineReader({
  id: 'source-type',
  guide: {
    tool: 'IPTC Digital Source Type (Meta AI, Midjourney, Google, Apple and everyone who labels)',
    carriers: 'XMP `Iptc4xmpExt:DigitalSourceType`, a term of IPTC or C2PA',
    proves: 'Somebody declares how the picture came about',
    spoofs: 'Any editor of XMP',
  },
  read: (view) =>
    xmpValues(view.xmp, XMP_NAMESPACES.iptcExt, 'DigitalSourceType').map((value) => {
      const meaning = digitalSourceType(value);
      const camera = meaning?.claim === 'camera-captured';
      return mark({
        id: 'metadata.digital-source-type',
        finding:
          meaning === null
            ? `Digital source type "${shown(value, 80)}" is not of the IPTC vocabulary`
            : `Labelled "${meaning.code}": ${meaning.label}`,
        strength: 'declared',
        claim: meaning?.claim ?? null,
        ...(camera ? { llr: METADATA_LLR.camera } : {}),
        where: xmpPlace(view, 'XMP-iptcExt:DigitalSourceType'),
        explain:
          'An unsigned IPTC label. Writers of such a label rarely claim AI falsely, but any editor can add or remove it.',
      });
    }),
});
