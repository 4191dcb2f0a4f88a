import { defineRule, reported } from './rule.js';

export const credentialsMalformed = defineRule({
  id: 'IM205',
  name: 'credentials-malformed',
  title: 'Unreadable credentials',
  level: 'error',
  exit: 2,
  what: 'There is a manifest, but it cannot be parsed.',
  why: 'The file was cut or damaged; viewers show an error instead of its origin.',
  fix: 'Take the original.',
  file: (subject) => reported(subject, 'IM205'),
});
