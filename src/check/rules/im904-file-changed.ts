import { defineRule } from './rule.js';

export const fileChanged = defineRule({
  id: 'IM904',
  name: 'file-changed',
  title: 'File changed while it was read',
  level: 'error',
  exit: 1,
  what: 'The file changed twice between being hashed and being inspected.',
  why: 'The result would be about bytes that are not there any more.',
  fix: 'Run the check when the build has finished.',
  file: ({ problem }) =>
    problem?.kind === 'changing' ? [{ message: problem.message, code: problem.code }] : [],
});
