/**
 * IPTC Photo Metadata: Digital Source Type (`Iptc4xmpExt:DigitalSourceType`) and the AI properties of
 * the 2025.1 standard. An unsigned statement: strong when it says AI, worth little when it does not.
 */
import { printable } from '../../../../core/index.js';
import type { Evidence } from '../../../evidence.js';
import { digitalSourceType } from '../../../source-type.js';
import { defineReader, METADATA_LLR } from '../reader.js';
import { XMP_NAMESPACES, xmpValues } from '../xmp.js';

const AI_PROPERTIES = ['AISystemUsed', 'AISystemVersionUsed', 'AIPromptInformation'] as const;

export const sourceTypeReader = defineReader({
  id: 'iptc',
  read(view) {
    const where = `${view.xmpWhere ?? 'xmp'} XMP-iptcExt`;
    const evidence: Evidence[] = [];
    for (const value of xmpValues(view.xmp, XMP_NAMESPACES.iptcExt, 'DigitalSourceType')) {
      const meaning = digitalSourceType(value);
      const camera = meaning?.claim === 'camera-captured';
      evidence.push({
        id: 'metadata.digital-source-type',
        layer: 'metadata',
        finding:
          meaning === null
            ? `Digital source type "${printable(value, 80)}" is not of the IPTC vocabulary`
            : `Labelled "${meaning.code}": ${meaning.label}`,
        strength: 'declared',
        claim: meaning?.claim ?? null,
        llr: meaning?.claim == null ? 0 : camera ? METADATA_LLR.camera : METADATA_LLR.declared,
        spoofable: true,
        where: `${where}:DigitalSourceType`,
        explain:
          'An unsigned IPTC label. Writers of such a label rarely claim AI falsely, but any editor can add or remove it.',
      });
    }
    const named = AI_PROPERTIES.flatMap((name) =>
      xmpValues(view.xmp, XMP_NAMESPACES.iptcExt, name).map((value) => ({ name, value })),
    );
    const system = named.find(({ name }) => name === 'AISystemUsed');
    if (named.length > 0) {
      evidence.push({
        id: 'metadata.iptc-ai-properties',
        layer: 'metadata',
        finding:
          system === undefined
            ? 'IPTC 2025.1 properties about an AI system are present'
            : `IPTC names the AI system "${printable(system.value, 80)}"`,
        strength: 'declared',
        claim: 'ai-generated',
        llr: METADATA_LLR.declared,
        spoofable: true,
        where: `${where}:${named[0]!.name}`,
        explain: 'Unsigned IPTC properties that exist only to describe generative AI.',
      });
    }
    return evidence;
  },
});
