/**
 * IPTC Digital Source Type, the vocabulary of C2PA actions and of XMP labels
 * (http://cv.iptc.org/newscodes/digitalsourcetype/, list of 2024-10-23) with the C2PA additions.
 */
import type { EvidenceClaim } from './evidence.js';

interface SourceTypeMeaning {
  label: string;
  claim: EvidenceClaim | null;
}

/** Code (lower case) -> meaning. A null claim says nothing about generative AI. */
const MEANINGS: Record<string, SourceTypeMeaning> = {
  digitalcapture: { label: 'captured by a digital camera', claim: 'camera-captured' },
  computationalcapture: { label: 'captured by a computational camera', claim: 'camera-captured' },
  negativefilm: { label: 'digitised from a negative', claim: null },
  positivefilm: { label: 'digitised from a positive', claim: null },
  print: { label: 'digitised from a print', claim: null },
  minorhumanedits: { label: 'original with minor human edits', claim: null },
  humanedits: { label: 'edited by a person without generative AI', claim: null },
  compositecapture: { label: 'composite of captured elements', claim: null },
  algorithmicallyenhanced: { label: 'enhanced by a non-generative algorithm', claim: null },
  softwareimage: { label: 'made in software', claim: null },
  digitalart: { label: 'digital art', claim: null },
  digitalcreation: { label: 'made by a person with digital tools', claim: null },
  datadrivenmedia: { label: 'made from data', claim: null },
  trainedalgorithmicmedia: { label: 'made by generative AI', claim: 'ai-generated' },
  trainedalgorithmicdata: { label: 'data made by generative AI', claim: 'ai-generated' },
  algorithmicmedia: { label: 'made by an algorithm without training data', claim: null },
  screencapture: { label: 'screen capture', claim: null },
  virtualrecording: { label: 'recording of a virtual event', claim: null },
  composite: { label: 'composite', claim: null },
  compositesynthetic: { label: 'composite with synthetic elements', claim: 'ai-edited' },
  compositewithtrainedalgorithmicmedia: {
    label: 'composite with generative-AI elements',
    claim: 'ai-edited',
  },
  empty: { label: 'empty canvas', claim: null },
};

const VOCABULARIES =
  /^https?:\/\/(?:cv\.iptc\.org\/newscodes\/digitalsourcetype|c2pa\.org\/digitalsourcetype)\/([a-z]+)\/?$/i;

/**
 * Meaning of a Digital Source Type, or null when `uri` is not of the vocabulary. http and https, any
 * case and the bare code are accepted, since files in the wild carry all of them.
 */
export function digitalSourceType(uri: string): (SourceTypeMeaning & { code: string }) | null {
  const trimmed = uri.trim();
  const code = (VOCABULARIES.exec(trimmed)?.[1] ?? trimmed).toLowerCase();
  const meaning = Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
  return meaning === undefined ? null : { ...meaning, code };
}
