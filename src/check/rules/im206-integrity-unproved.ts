import { credentialsDemanded, defineRule, reported } from './rule.js';

export const integrityUnproved = defineRule({
  id: 'IM206',
  name: 'integrity-unproved',
  title: 'Integrity cannot be established',
  level: 'warning',
  exit: 2,
  what: 'There are credentials, but no check shows that they are about these pixels: no hard binding, or a detached manifest that cannot be compared with the file. An error where a policy asks for credentials.',
  why: 'Credentials that are not bound to a file can be put on any file.',
  fix: 'Take the file as it was signed.',
  file: (subject) => reported(subject, 'IM206', credentialsDemanded(subject)),
});
