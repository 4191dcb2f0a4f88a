import type { PolicyDocument } from '../policy/schema.js';

/** Everything that is published is signed by somebody on a trust list, and says when. */
export const strict: PolicyDocument = {
  rules: [{ paths: '**', require: ['credentials', 'trusted', 'timestamp'] }],
  severity: {
    IM102: 'error',
    IM204: 'error',
    IM206: 'error',
    IM404: 'error',
    IM406: 'error',
    IM501: 'error',
  },
  failOn: 'warning',
};
