import { credentialsDemanded, defineRule, reported } from './rule.js';

export const credentialsMissing = defineRule({
  id: 'IM101',
  name: 'credentials-missing',
  title: 'No Content Credentials',
  level: 'note',
  exit: 3,
  what: 'The file carries no C2PA manifest. Most images do not; alone it proves nothing. It is an error where a policy asks for credentials, a trusted signer, a timestamp, a disclosure or a rubric.',
  why: 'Without credentials nobody can tell where the image comes from, and a label that is not signed can be changed by anyone.',
  fix: 'Sign at the end of the pipeline, after the last step that changes the file: `imprint mark` for images without credentials, `imprint generate` signs by itself.',
  file: (subject) => {
    const demanded = credentialsDemanded(subject);
    return reported(subject, 'IM101', demanded).map((finding) =>
      demanded === null
        ? finding
        : { ...finding, message: 'No Content Credentials, which the policy asks for' },
    );
  },
});
