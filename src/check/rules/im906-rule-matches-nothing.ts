import { printable } from '../../core/index.js';
import { defineRule } from './rule.js';

export const ruleMatchesNothing = defineRule({
  id: 'IM906',
  name: 'rule-matches-nothing',
  title: 'Rule that matches nothing',
  level: 'warning',
  exit: 2,
  what: 'No file that was checked matches the paths of this rule. Not told when only a part of the tree was checked (`--changed-since`, or paths on the command line).',
  why: 'A typing error in a path turns a rule off without a sound.',
  fix: 'Correct the paths: they are relative to the folder of the policy file, with `/`, and a folder stands for all that is in it.',
  policy: ({ policy, matched, complete }) =>
    !complete
      ? []
      : policy.rules.flatMap(({ line, paths }, index) =>
          line === null || (matched[index] ?? 0) > 0
            ? []
            : [{ message: `No file matches ${printable(paths.join(', '), 300)}`, line }],
        ),
});
