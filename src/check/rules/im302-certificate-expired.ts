import { defineRule, reported } from './rule.js';

export const certificateExpired = defineRule({
  id: 'IM302',
  name: 'certificate-expired',
  title: 'Expired certificate',
  level: 'warning',
  exit: 4,
  what: 'The certificate has expired and no trusted timestamp says that it was valid when signing. An error where a policy asks for a trusted signer.',
  why: 'From that day on viewers show the file as untrusted.',
  fix: 'Sign with a timestamp authority (`--tsa URL`); files that are signed already must be signed again.',
  file: (subject) => reported(subject, 'IM302', subject.demands.require.get('trusted')),
});
