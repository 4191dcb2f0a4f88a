import type { PolicyDocument } from '../policy/schema.js';

/**
 * Regulation (EU) 2024/1689 Art. 50(2) by the Code of Practice on marking and labelling, measures 1.1.1 (signed
 * and time-stamped metadata that say so) and 1.1.2 (imperceptible watermark), for what AI made or edited
 * (docs/compliance.md).
 */
export const euAiAct: PolicyDocument = {
  rules: [
    {
      paths: '**',
      when: 'ai-generated',
      require: ['credentials', 'ai-label', 'timestamp', 'watermark'],
    },
  ],
  severity: { IM102: 'error', IM404: 'error', IM501: 'error' },
};
