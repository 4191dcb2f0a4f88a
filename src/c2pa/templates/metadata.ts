/**
 * Creator and rights as `cawg.metadata` (CAWG Metadata Assertion 1.1): JSON-LD with the properties that
 * XMP has for them. The assertion is gathered, not created: the signing software cannot know who the
 * creator is, it only carries what its user says.
 */
import { assertPlainText, assertWebAddress } from './text.js';

export interface CreatorMetadata {
  /** Names, in order (`dc:creator`); at most 50. */
  creators?: readonly string[];
  /** Copyright notice (`dc:rights`). */
  rights?: string;
  /** Address of the licence (`xmpRights:WebStatement`). */
  licenseUrl?: string;
  /** Licence in words (`xmpRights:UsageTerms`). */
  usageTerms?: string;
  /** Line that must be shown with the image (`photoshop:Credit`). */
  credit?: string;
  /** What the image shows (`dc:description`). */
  description?: string;
}

const MAX_CREATORS = 50;

const CONTEXT = {
  dc: 'http://purl.org/dc/elements/1.1/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  xmpRights: 'http://ns.adobe.com/xap/1.0/rights/',
};

type Json = Readonly<Record<string, unknown>>;

/** XMP's language alternatives, in the language that the user wrote. */
const alternatives = (text: string): Json => ({ 'x-default': text });

/**
 * The assertion, or null when nothing is stated.
 *
 * @throws TypeError or RangeError for text that is too long or holds control characters, and for a
 *   licence address that is none.
 */
export function metadataAssertion(metadata: CreatorMetadata): Json | null {
  const { creators = [], rights, licenseUrl, usageTerms, credit, description } = metadata;
  if (creators.length > MAX_CREATORS) {
    throw new RangeError(
      `"creators" expected at most ${MAX_CREATORS} names, got ${creators.length}`,
    );
  }
  for (const creator of creators) assertPlainText(creator, 'creator');
  for (const [name, text] of Object.entries({ rights, usageTerms, credit, description })) {
    if (text !== undefined) assertPlainText(text, name);
  }
  if (licenseUrl !== undefined) assertWebAddress(licenseUrl, 'licenseUrl');

  const properties: Record<string, unknown> = {};
  if (creators.length > 0) properties['dc:creator'] = [...creators];
  if (description !== undefined) properties['dc:description'] = alternatives(description);
  if (rights !== undefined) properties['dc:rights'] = alternatives(rights);
  if (credit !== undefined) properties['photoshop:Credit'] = credit;
  if (licenseUrl !== undefined) properties['xmpRights:WebStatement'] = licenseUrl;
  if (usageTerms !== undefined) properties['xmpRights:UsageTerms'] = alternatives(usageTerms);
  if (Object.keys(properties).length === 0) return null;
  return {
    label: 'cawg.metadata',
    kind: 'Json',
    created: false,
    data: { '@context': CONTEXT, ...properties },
  };
}
