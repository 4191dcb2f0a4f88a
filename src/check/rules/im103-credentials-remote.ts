import { credentialsDemanded, defineRule, reported } from './rule.js';

export const credentialsRemote = defineRule({
  id: 'IM103',
  name: 'credentials-remote',
  title: 'Remote credentials',
  level: 'warning',
  exit: 3,
  what: 'The file only points to a manifest elsewhere, which was not fetched.',
  why: 'A check must not depend on a network; and what is kept elsewhere can disappear.',
  fix: 'Embed the manifest when signing. For single files `imprint verify --fetch-remote` fetches it (docs/trust.md says within what limits), or pass it with `imprint verify --manifest file.c2pa`.',
  file: (subject) => reported(subject, 'IM103', credentialsDemanded(subject)),
});
