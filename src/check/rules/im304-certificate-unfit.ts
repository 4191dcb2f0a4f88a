import { defineRule, reported } from './rule.js';

export const certificateUnfit = defineRule({
  id: 'IM304',
  name: 'certificate-unfit',
  title: 'Certificate may not sign',
  level: 'error',
  exit: 2,
  what: 'Key usage or profile of the certificate does not allow signing Content Credentials.',
  why: 'Viewers refuse the signature, whoever made it.',
  fix: 'Use a certificate with the right extended key usage. `imprint certs doctor chain.pem` names what is wrong with one.',
  file: (subject) => reported(subject, 'IM304'),
});
