import { defineRule, reported } from './rule.js';

export const identityUnvouched = defineRule({
  id: 'IM307',
  name: 'identity-unvouched',
  title: 'Identity not vouched for',
  level: 'warning',
  exit: 4,
  what: 'The manifest names a person or organisation besides its signer (a CAWG identity assertion), and that identity is on no list in use, or could not be looked up without a network. What was signed is not in doubt for that.',
  why: "A name that nobody vouches for can be anybody's.",
  fix: 'Do not rely on the named identity; the signer of the credentials is another question.',
  file: (subject) => reported(subject, 'IM307'),
});
