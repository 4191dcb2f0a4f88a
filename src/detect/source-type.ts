/**
 * IPTC Digital Source Type, the vocabulary of C2PA actions and of XMP labels
 * (http://cv.iptc.org/newscodes/digitalsourcetype/, list of 2024-10-23) with the C2PA additions.
 */
import type { EvidenceClaim } from './evidence.js';

interface SourceTypeMeaning {
  label: string;
  claim: EvidenceClaim | null;
}

/** Code as the vocabulary writes it -> meaning. A null claim says nothing about generative AI. */
const MEANINGS: Record<string, SourceTypeMeaning> = {
  digitalCapture: { label: 'captured by a digital camera', claim: 'camera-captured' },
  computationalCapture: { label: 'captured by a computational camera', claim: 'camera-captured' },
  negativeFilm: { label: 'digitised from a negative', claim: null },
  positiveFilm: { label: 'digitised from a positive', claim: null },
  print: { label: 'digitised from a print', claim: null },
  minorHumanEdits: { label: 'original with minor human edits (retired term)', claim: null },
  humanEdits: { label: 'edited by a person without generative AI', claim: null },
  compositeCapture: { label: 'composite of captured elements', claim: null },
  algorithmicallyEnhanced: { label: 'enhanced by a non-generative algorithm', claim: null },
  softwareImage: { label: 'made in software (retired term)', claim: null },
  digitalArt: { label: 'digital art (retired term)', claim: null },
  digitalCreation: { label: 'made by a person with digital tools', claim: null },
  dataDrivenMedia: { label: 'made from data', claim: null },
  trainedAlgorithmicMedia: { label: 'made by generative AI', claim: 'ai-generated' },
  algorithmicMedia: { label: 'made by an algorithm without training data', claim: null },
  screenCapture: { label: 'screen capture', claim: null },
  virtualRecording: { label: 'recording of a virtual event', claim: null },
  composite: { label: 'composite', claim: null },
  compositeSynthetic: { label: 'composite with synthetic elements', claim: 'ai-edited' },
  compositeWithTrainedAlgorithmicMedia: {
    label: 'composite with generative-AI elements',
    claim: 'ai-edited',
  },
  // Of http://c2pa.org/digitalsourcetype/.
  trainedAlgorithmicData: { label: 'data made by generative AI', claim: 'ai-generated' },
  empty: { label: 'empty canvas', claim: null },
};

/** All terms: the 20 of IPTC, then those that C2PA adds. */
export const SOURCE_TYPES: readonly (SourceTypeMeaning & { code: string })[] = Object.entries(
  MEANINGS,
).map(([code, meaning]) => ({ code, ...meaning }));

const VOCABULARIES =
  /^https?:\/\/(?:cv\.iptc\.org\/newscodes\/digitalsourcetype|c2pa\.org\/digitalsourcetype)\/([a-z]+)\/?$/i;

/**
 * Meaning of a Digital Source Type, or null when `uri` is not of the vocabulary. http and https, any
 * case and the bare code are accepted, since files in the wild carry all of them.
 */
export function digitalSourceType(uri: string): (SourceTypeMeaning & { code: string }) | null {
  const trimmed = uri.trim();
  const wanted = (VOCABULARIES.exec(trimmed)?.[1] ?? trimmed).toLowerCase();
  const found = Object.entries(MEANINGS).find(([code]) => code.toLowerCase() === wanted);
  return found === undefined ? null : { ...found[1], code: found[0] };
}
