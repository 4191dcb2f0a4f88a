import type { PolicyDocument } from '../policy/schema.js';

/**
 * California Business and Professions Code 22757.3(b): the latent disclosure in what AI made or altered conveys
 * provider, system and version, time, and an identifier, and is hard to remove (docs/compliance.md).
 */
export const sb942: PolicyDocument = {
  rules: [
    {
      paths: '**',
      when: 'ai-generated',
      require: ['credentials', 'ai-label', 'disclosure', 'watermark'],
    },
  ],
  severity: { IM102: 'error', IM404: 'error', IM501: 'error' },
};
