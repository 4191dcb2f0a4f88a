import { defineRule, reported } from './rule.js';

export const credentialsRecovered = defineRule({
  id: 'IM105',
  name: 'credentials-recovered',
  title: 'Credentials recovered',
  level: 'note',
  exit: 3,
  what: 'The file carries no credentials; a registry that was asked knows a manifest that goes with it, found by the hash of the file, by the watermark, or by the likeness of the picture. It is associated with the file, not bound to it, and does not count where credentials are asked for.',
  why: 'A watermark can be lifted from one picture to another, and two pictures can look alike. What a registry knows is a lead, not a proof (docs/registry.md).',
  fix: 'Compare the picture with the registered one: `watermarks[].registry` says how alike they are. For proof take the file as it was signed.',
  file: (subject) => reported(subject, 'IM105'),
});
