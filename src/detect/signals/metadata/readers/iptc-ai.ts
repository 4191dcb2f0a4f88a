/** The AI properties of IPTC Photo Metadata 2025.1. They exist only to describe generative AI. */
import { digitalSourceType } from '../../../source-type.js';
import { parameters } from '../parameters.js';
import { shown } from '../personal.js';
import { defineReader, mark } from '../reader.js';
import { xmpPlace } from '../view.js';
import { XMP_NAMESPACES, xmpValues } from '../xmp.js';

/** The last names a person. */
const PROPERTIES = [
  'AISystemUsed',
  'AISystemVersionUsed',
  'AIPromptInformation',
  'AIPromptWriterName',
] as const;

/** The properties name the system of an edit as well; how much it did the source type beside them says. */
const isComposite = (sources: readonly string[]): boolean =>
  sources.some((value) => digitalSourceType(value)?.claim === 'ai-edited');

export const iptcAiReader = defineReader({
  id: 'iptc-ai',
  guide: {
    tool: 'IPTC 2025.1 AI properties',
    carriers:
      'XMP `Iptc4xmpExt:AISystemUsed`, `:AISystemVersionUsed`, `:AIPromptInformation`, `:AIPromptWriterName`',
    proves: 'Somebody declares that an AI system was used, and which',
    spoofs: 'Any editor of XMP',
  },
  read(view) {
    const values = (name: string): string[] => xmpValues(view.xmp, XMP_NAMESPACES.iptcExt, name);
    const first = PROPERTIES.find((name) => values(name).length > 0);
    if (first === undefined) return [];
    const system = values('AISystemUsed')[0];
    return [
      mark({
        id: 'metadata.iptc-ai-properties',
        finding:
          system === undefined
            ? 'IPTC 2025.1 properties about an AI system are present'
            : `IPTC names the AI system "${shown(system, 80)}"`,
        strength: 'declared',
        claim: isComposite(values('DigitalSourceType')) ? 'ai-edited' : 'ai-generated',
        where: xmpPlace(view, `XMP-iptcExt:${first}`),
        explain: 'Unsigned IPTC properties that exist only to describe generative AI.',
        parameters: parameters({ Tool: system, Version: values('AISystemVersionUsed')[0] }),
      }),
    ];
  },
});
