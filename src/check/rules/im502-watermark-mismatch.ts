import { defineRule, reported } from './rule.js';

export const watermarkMismatch = defineRule({
  id: 'IM502',
  name: 'watermark-mismatch',
  title: 'Watermark contradicts credentials',
  level: 'error',
  exit: 2,
  what: 'The pixels carry another payload than the credentials declare.',
  why: 'Credentials were put on another picture, or a mark was copied from one.',
  fix: 'One of the two belongs to another image: trace the file to where it was signed.',
  file: (subject) => reported(subject, 'IM502'),
});
