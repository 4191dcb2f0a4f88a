/**
 * Tools that mark a file by one field with a fixed name and shape: InvokeAI, NovelAI, Fooocus,
 * SwarmUI, Midjourney, Google, xAI, Ideogram, Luma. A brand name in a caption is no mark; each entry
 * asks for the field that the tool itself writes.
 */
import type { EvidenceClaim, EvidenceStrength } from '../../../evidence.js';
import { defineReader, METADATA_LLR, parseJsonObject } from '../reader.js';
import { XMP_NAMESPACES, xmpValues } from '../xmp.js';
import type { MetadataView } from '../view.js';

interface NamedField {
  id: string;
  vendor: string;
  finding: string;
  strength: Extract<EvidenceStrength, 'structural' | 'declared'>;
  claim: EvidenceClaim;
  /** Where the field stands, or null when it is not there. */
  find: (view: MetadataView) => string | null;
}

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

function textField(
  view: MetadataView,
  keywords: readonly string[],
  test: (value: string) => boolean,
): string | null {
  return (
    view.text.find(({ keyword, value }) => keywords.includes(keyword) && test(value))?.where ?? null
  );
}

/** The credit line stands in XMP, in IPTC-IIM (2:110), or in both. */
function credit(view: MetadataView, line: string): string | null {
  if (xmpValues(view.xmp, XMP_NAMESPACES.photoshop, 'Credit').includes(line)) {
    return `${view.xmpWhere ?? 'xmp'} XMP-photoshop:Credit`;
  }
  return view.iptc.get('Credit') === line ? 'iptc Credit' : null;
}

const FIELDS: readonly NamedField[] = [
  {
    id: 'metadata.invokeai',
    vendor: 'InvokeAI',
    finding: 'InvokeAI generation metadata',
    strength: 'structural',
    claim: 'ai-generated',
    find: (view) =>
      textField(
        view,
        ['invokeai_metadata', 'invokeai_graph', 'invokeai_workflow', 'sd-metadata'],
        (value) => parseJsonObject(value) !== null,
      ) ?? textField(view, ['Dream'], (value) => /-s ?\d+ .*-S ?\d+/.test(value)),
  },
  {
    id: 'metadata.novelai',
    vendor: 'NovelAI',
    finding: 'NovelAI generation settings',
    strength: 'structural',
    claim: 'ai-generated',
    find(view) {
      const comment = textField(view, ['Comment'], (value) => {
        const settings = parseJsonObject(value);
        return settings !== null && 'uc' in settings && 'steps' in settings;
      });
      return textField(view, ['Software'], (value) => value === 'NovelAI') === null
        ? null
        : comment;
    },
  },
  {
    id: 'metadata.fooocus',
    vendor: 'Fooocus',
    finding: 'Fooocus generation settings',
    strength: 'structural',
    claim: 'ai-generated',
    find: (view) =>
      textField(view, ['parameters'], (value) => {
        const settings = parseJsonObject(value);
        return settings !== null && 'base_model' in settings && 'prompt' in settings;
      }),
  },
  {
    id: 'metadata.swarmui',
    vendor: 'SwarmUI',
    finding: 'SwarmUI generation settings',
    strength: 'structural',
    claim: 'ai-generated',
    find: (view) =>
      textField(view, ['parameters'], (value) => {
        const settings = parseJsonObject(value);
        return settings !== null && 'sui_image_params' in settings;
      }),
  },
  {
    id: 'metadata.midjourney',
    vendor: 'Midjourney',
    finding: 'Midjourney job description',
    strength: 'structural',
    claim: 'ai-generated',
    find(view) {
      const field = view.text.find(
        ({ keyword, value }) => keyword === 'Description' && /\bJob ID: [0-9a-f-]{36}/i.test(value),
      );
      if (field === undefined) return null;
      // The job id stands in two places; a text chunk alone could be pasted.
      const job = UUID.exec(field.value.slice(field.value.indexOf('Job ID:')))?.[0];
      const guid = xmpValues(view.xmp, XMP_NAMESPACES.iptcExt, 'DigitalImageGUID')[0];
      return guid === undefined || guid.toLowerCase() === job?.toLowerCase() ? field.where : null;
    },
  },
  {
    id: 'metadata.google-ai-credit',
    vendor: 'Google',
    finding: 'Credit line "Made with Google AI"',
    strength: 'declared',
    claim: 'ai-generated',
    find: (view) => credit(view, 'Made with Google AI'),
  },
  {
    id: 'metadata.google-ai-edit-credit',
    vendor: 'Google',
    finding: 'Credit line "Edited with Google AI"',
    strength: 'declared',
    claim: 'ai-edited',
    find: (view) => credit(view, 'Edited with Google AI'),
  },
  {
    id: 'metadata.grok',
    vendor: 'xAI Grok',
    finding: 'Signature field and image id as xAI Grok writes them',
    strength: 'structural',
    claim: 'ai-generated',
    find: (view) =>
      /^Signature:\s*[A-Za-z0-9+/=]{64,}$/.test(view.exif.get('ImageDescription') ?? '') &&
      new RegExp(`^${UUID.source}$`, 'i').test(view.exif.get('Artist') ?? '')
        ? `${view.exifWhere ?? 'exif'} ImageDescription, Artist`
        : null,
  },
  {
    id: 'metadata.ideogram',
    vendor: 'Ideogram',
    finding: 'EXIF Make "Ideogram AI"',
    strength: 'structural',
    claim: 'ai-generated',
    find: (view) =>
      view.exif.get('Make') === 'Ideogram AI' ? `${view.exifWhere ?? 'exif'} Make` : null,
  },
  {
    id: 'metadata.luma',
    vendor: 'Luma',
    finding: 'PNG Source "Luma AI"',
    strength: 'structural',
    claim: 'ai-generated',
    find: (view) => textField(view, ['Source'], (value) => value === 'Luma AI'),
  },
];

export const namedFieldsReader = defineReader({
  id: 'named-fields',
  read: (view) =>
    FIELDS.flatMap(({ id, vendor, finding, strength, claim, find }) => {
      const where = find(view);
      if (where === null) return [];
      return [
        {
          id,
          layer: 'metadata' as const,
          finding,
          strength,
          claim,
          llr: METADATA_LLR[strength],
          spoofable: true,
          where,
          explain: `A field that ${vendor} writes into its output. Unsigned: it can be copied or removed.`,
          vendor,
        },
      ];
    }),
});
