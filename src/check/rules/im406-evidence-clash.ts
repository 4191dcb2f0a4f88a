import { defineRule } from './rule.js';

export const evidenceClash = defineRule({
  id: 'IM406',
  name: 'evidence-clash',
  title: 'Evidence disagrees',
  level: 'warning',
  exit: 2,
  what: "Two things in the file cannot both be true, such as a signed camera and a generator's watermark, or traces of two generators.",
  why: 'Somebody is wrong: a label was copied from another file, or credentials were put on pixels that they are not about.',
  fix: '`imprint verify FILE` shows both sides. Trace the file to where it came from.',
  file: ({ report }) =>
    (report?.clashes ?? []).map(({ id, message, between }) => ({
      message,
      code: id,
      where: between.join(', '),
    })),
});
