import { describePattern, matchesSigner } from '../policy/signer-pattern.js';
import { defineRule, lacksCredentials, shown } from './rule.js';

export const signerUnexpected = defineRule({
  id: 'IM308',
  name: 'signer-unexpected',
  title: 'Signed by somebody else',
  level: 'error',
  exit: 4,
  what: 'A trusted signer signed, but none of those that the policy names. Each part of the name is compared with the pattern (`O=Example Inc`, `*` stands for any characters).',
  why: 'On a list are many signers; for your own files only you should have signed.',
  fix: 'Sign with your own certificate, or add the signer to the rule.',
  file: ({ report, demands }) => {
    const signer = report?.credentials.signer;
    // Absent, broken and untrusted ones are told by other rules; their names are worth nothing.
    if (report === null || lacksCredentials(report) || signer?.status !== 'trusted') return [];
    return demands.signers
      .filter(({ patterns }) => !patterns.some((pattern) => matchesSigner(signer, pattern)))
      .map(({ patterns, level }) => ({
        level,
        message: `Signed by ${shown(signer.subject, 'an unnamed signer')}; the policy expects ${shown(patterns.map(describePattern).join(' or '))}`,
        where: 'c2pa',
      }));
  },
});
