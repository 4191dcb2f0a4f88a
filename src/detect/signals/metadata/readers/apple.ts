/** Apple Photos: the credit line beside `compositeWithTrainedAlgorithmicMedia`. */
import { creditReader } from '../credit-lines.js';

const LINES = ['Apple Photos Clean Up', 'Apple Photos Generative Edit'];

export const appleReader = creditReader(
  'apple',
  'Apple Photos',
  [
    ...LINES.map((line) => ({ id: 'metadata.apple-edit', line, claim: 'ai-edited' as const })),
    {
      id: 'metadata.apple-image-playground',
      line: 'Apple Image Playground',
      claim: 'ai-generated' as const,
    },
  ],
  {
    tool: 'Apple Photos Clean Up, Image Playground',
    carriers:
      'XMP `photoshop:Credit` or IPTC Credit, exactly "Apple Photos Clean Up", "Apple Photos Generative Edit" or "Apple Image Playground"',
    proves:
      'Somebody, mostly Apple Photos, declares that a network painted over part of a photograph',
    spoofs: 'Any editor of XMP or IPTC',
  },
);
