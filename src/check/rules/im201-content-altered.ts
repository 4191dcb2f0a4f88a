import { defineRule, reported } from './rule.js';

export const contentAltered = defineRule({
  id: 'IM201',
  name: 'content-altered',
  title: 'Altered',
  level: 'error',
  exit: 2,
  what: 'What was signed has changed: pixels, metadata inside the hashed range, or the manifest itself. The C2PA code says which check failed.',
  why: 'The credentials no longer speak about this file. Whatever they claim must not be believed, and viewers show it as tampered.',
  fix: 'Take the file as it was signed. If a build step changed it, move signing behind that step.',
  file: (subject) => reported(subject, 'IM201'),
});
