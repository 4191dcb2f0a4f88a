import { defineRule } from './rule.js';

export const credentialsBroken = defineRule({
  id: 'IM211',
  name: 'credentials-broken',
  title: 'Credentials broken by a step',
  level: 'error',
  exit: 2,
  what: 'Before, the credentials were intact; after, they are altered, unreadable or not about the pixels. Found by `imprint check --diff`.',
  why: 'The step changed the file and kept the old manifest, so that everything it serves looks tampered with.',
  fix: 'Sign again after the step, or let it copy files that carry credentials unchanged.',
  change: ({ summary, after }) => {
    if (summary.credentials !== 'broken') return [];
    const failure =
      after !== null && 'report' in after ? after.report.credentials.codes.failure[0] : undefined;
    return [
      {
        message: 'The credentials were intact before and are not any more',
        code: failure ?? null,
        where: 'c2pa',
      },
    ];
  },
});
