import { defineRule } from './rule.js';

export const fileUnreadable = defineRule({
  id: 'IM902',
  name: 'file-unreadable',
  title: 'File cannot be read',
  level: 'error',
  exit: 1,
  what: 'The file is there, but its bytes could not be read: permission, a link that leads nowhere or in a circle, a vanished file.',
  why: 'A file that was not read was not checked; passing it over in silence would be a hole in the check.',
  fix: 'Give the user of the job permission to read it, or repair the link; `exclude` leaves out what is no part of the check.',
  file: ({ problem }) =>
    problem?.kind === 'unreadable' ? [{ message: problem.message, code: problem.code }] : [],
});
