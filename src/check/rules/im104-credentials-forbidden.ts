import { defineRule, lacksCredentials } from './rule.js';

export const credentialsForbidden = defineRule({
  id: 'IM104',
  name: 'credentials-forbidden',
  title: 'Credentials where none may be',
  level: 'error',
  exit: 2,
  what: 'The policy forbids credentials for this file, and it carries some.',
  why: 'Some files must stay small, or must not name their makers.',
  fix: 'Strip the credentials in the build step that makes this file, or take the file out of the rule.',
  file: ({ report, demands }) => {
    const level = demands.forbid.get('credentials');
    if (level === undefined || report === null || lacksCredentials(report)) return [];
    return [
      {
        level,
        message: 'Carries Content Credentials, which the policy forbids here',
        where: 'c2pa',
      },
    ];
  },
});
