import { defineRule } from './rule.js';

export const watermarkForbidden = defineRule({
  id: 'IM504',
  name: 'watermark-forbidden',
  title: 'Watermark where none may be',
  level: 'error',
  exit: 2,
  what: 'The policy forbids watermarks for this file, and it carries one, of ours or of another generator.',
  why: 'Test data, references and originals must be free of marks, or they spoil what is measured on them.',
  fix: 'Take the original before marking, or take the file out of the rule.',
  file: ({ report, demands }) => {
    const level = demands.forbid.get('watermark');
    const found = report?.watermarks.find(({ status }) => status !== 'none');
    if (level === undefined || found === undefined) return [];
    return [
      {
        level,
        message: `Carries a watermark (${found.alg}), which the policy forbids here`,
        where: 'pixels',
      },
    ];
  },
});
