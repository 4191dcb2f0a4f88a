import { defineRule } from './rule.js';

export const credentialsDropped = defineRule({
  id: 'IM111',
  name: 'credentials-dropped',
  title: 'Credentials dropped by a step',
  level: 'error',
  exit: 2,
  what: 'Before, the file had credentials; after, it has none. Found by `imprint check --diff`.',
  why: 'A resize, a CDN or a CMS that drops credentials makes everything it serves unverifiable, and no one notices.',
  fix: 'Let the step keep C2PA data (many image services have a setting for it), or sign again after it: `imprint mark --sign-only --parent BEFORE`.',
  change: ({ summary }) =>
    summary.credentials === 'dropped'
      ? [{ message: 'The credentials that the file had before are gone', where: 'c2pa' }]
      : [],
});
