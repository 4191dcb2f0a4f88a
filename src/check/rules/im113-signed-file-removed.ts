import { defineRule, lacksCredentials } from './rule.js';

export const signedFileRemoved = defineRule({
  id: 'IM113',
  name: 'signed-file-removed',
  title: 'Signed file missing after a step',
  level: 'warning',
  exit: 2,
  what: 'A file with credentials is in BEFORE, and nothing in AFTER has its name, its content or its looks. Found by `imprint check --diff`.',
  why: 'A step that loses a file, or changes it beyond recognition, is not checked by comparing the rest.',
  fix: 'Look where the file went. Give `--diff` folders that belong together.',
  change: ({ summary, before }) =>
    summary.credentials === 'removed' &&
    before !== null &&
    'report' in before &&
    !lacksCredentials(before.report)
      ? [{ message: 'Had credentials before, and nothing like it is there after' }]
      : [],
});
