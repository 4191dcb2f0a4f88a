import { printable } from '../../core/index.js';
import { defineRule } from './rule.js';

export const ignoreUnused = defineRule({
  id: 'IM907',
  name: 'ignore-unused',
  title: 'Ignore that is not needed',
  level: 'note',
  exit: 2,
  what: 'An entry under `ignore` silenced nothing.',
  why: 'Old exceptions hide new mistakes.',
  fix: 'Remove the entry.',
  policy: ({ policy, silenced, complete, today }) =>
    !complete
      ? []
      : policy.ignores.flatMap(({ line, paths, expires }, index) =>
          (silenced[index] ?? 0) > 0 || (expires !== null && expires < today)
            ? []
            : [{ message: `Silences nothing under ${printable(paths.join(', '), 300)}`, line }],
        ),
});
