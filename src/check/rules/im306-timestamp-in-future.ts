import { defineRule, reported } from './rule.js';

export const timestampInFuture = defineRule({
  id: 'IM306',
  name: 'timestamp-in-future',
  title: 'Timestamp after the time of validation',
  level: 'warning',
  exit: 4,
  what: 'The signer would be trusted, but the timestamp says that the signature was made later than the time at which the file is judged (`--at`, or the clock of this machine). An error where a policy asks for a trusted signer.',
  why: 'One of the two clocks is wrong, or the file is judged as of an earlier day.',
  fix: 'Choose a later `--at`, or set the clock.',
  file: (subject) => reported(subject, 'IM306', subject.demands.require.get('trusted')),
});
