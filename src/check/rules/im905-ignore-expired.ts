import { printable } from '../../core/index.js';
import { defineRule } from './rule.js';

export const ignoreExpired = defineRule({
  id: 'IM905',
  name: 'ignore-expired',
  title: 'Ignore has expired',
  level: 'warning',
  exit: 2,
  what: 'An entry under `ignore` is past its date, so it silences nothing any more.',
  why: 'A date was set so that somebody looks again.',
  fix: 'Repair the files, or extend the date with a reason that still holds.',
  policy: ({ policy, today }) =>
    policy.ignores
      .filter(({ expires }) => expires !== null && expires < today)
      .map(({ expires, reason, line }) => ({
        message: `This ignore expired on ${expires}: ${printable(reason)}`,
        line,
      })),
});
