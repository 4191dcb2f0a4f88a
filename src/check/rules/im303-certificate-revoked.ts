import { defineRule, reported } from './rule.js';

export const certificateRevoked = defineRule({
  id: 'IM303',
  name: 'certificate-revoked',
  title: 'Revoked certificate',
  level: 'error',
  exit: 2,
  what: 'The issuer revoked the certificate.',
  why: 'The key may be in other hands, so that anyone could have signed.',
  fix: 'Do not rely on the claim; sign again with a new certificate.',
  file: (subject) => reported(subject, 'IM303'),
});
