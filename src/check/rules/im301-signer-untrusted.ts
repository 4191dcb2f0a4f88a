import { defineRule, reported } from './rule.js';

export const signerUntrusted = defineRule({
  id: 'IM301',
  name: 'signer-untrusted',
  title: 'Untrusted signer',
  level: 'warning',
  exit: 4,
  what: 'The signature is intact, but no trust list in use vouches for the signer. An error where a policy asks for a trusted signer.',
  why: 'Anybody can sign anything; only a list says who is who.',
  fix: 'Sign with a certificate of an issuer on a list (docs/trust.md), or name your own list in the policy (`trust: [official, ./our-ca.pem]`). Development certificates are trusted by `trust: [dev]` alone.',
  file: (subject) => reported(subject, 'IM301', subject.demands.require.get('trusted')),
});
