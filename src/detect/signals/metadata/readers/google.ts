/** Google (Gemini, Imagen, Pixel Studio, Photos): its credit lines. */
import { creditReader } from '../credit-lines.js';

export const googleReader = creditReader(
  'google',
  'Google',
  [
    { id: 'metadata.google-ai-credit', line: 'Made with Google AI', claim: 'ai-generated' },
    {
      id: 'metadata.google-ai-credit',
      line: 'AI-Generated with Google Photos',
      claim: 'ai-generated',
    },
    { id: 'metadata.google-ai-edit-credit', line: 'Edited with Google AI', claim: 'ai-edited' },
  ],
  {
    tool: 'Google Gemini, Imagen, Photos',
    carriers:
      'XMP `photoshop:Credit` or IPTC Credit, exactly "Made with Google AI", "AI-Generated with Google Photos" or "Edited with Google AI"',
    proves: 'Somebody, mostly Google, declares so',
    spoofs: 'Any editor of XMP or IPTC',
  },
);
