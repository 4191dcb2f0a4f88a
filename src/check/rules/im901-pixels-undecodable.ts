import { defineRule, reported } from './rule.js';

export const pixelsUndecodable = defineRule({
  id: 'IM901',
  name: 'pixels-undecodable',
  title: 'Pixels cannot be decoded',
  level: 'warning',
  exit: 5,
  what: 'The file carries credentials, which were checked, but its pixels cannot be decoded: the stream is damaged, or the format (HEIC with HEVC, JPEG XL, SVG) has no decoder here. Neither watermark nor metadata were read.',
  why: 'What was not looked at was not checked.',
  fix: 'For a damaged file take the original; for an undecodable format verify a converted copy as well.',
  file: (subject) => reported(subject, 'IM901'),
});
