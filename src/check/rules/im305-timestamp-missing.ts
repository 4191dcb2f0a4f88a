import { defineRule, reported } from './rule.js';

export const timestampMissing = defineRule({
  id: 'IM305',
  name: 'timestamp-missing',
  title: 'No timestamp',
  level: 'note',
  exit: 3,
  what: 'Nobody on a list vouches for the time of signing, so the signature ends with the certificate. An error where a policy asks for a timestamp.',
  why: 'Without it the file turns untrusted on the day on which the certificate expires; the Code of Practice on Art. 50 asks for signed metadata to be time-stamped.',
  fix: 'Sign with a timestamp authority that is on a list: `--tsa URL`.',
  file: (subject) => {
    const signer = subject.report?.credentials.signer;
    return reported(subject, 'IM305', subject.demands.require.get('timestamp')).map((finding) =>
      // There is one, of an authority that no list names: not absent, but not trusted.
      signer?.timestamp == null ? finding : { ...finding, exit: 4 },
    );
  },
});
