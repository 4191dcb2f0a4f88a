import type { PolicyDocument } from '../policy/schema.js';

/** What no project wants: broken or stripped credentials, and generated images that do not say so. */
export const recommended: PolicyDocument = {
  severity: { IM102: 'error', IM404: 'error' },
};
