import { defineRule } from './rule.js';

export const mediaUnsupported = defineRule({
  id: 'IM903',
  name: 'media-unsupported',
  title: 'Not an image that can be read',
  level: 'error',
  exit: 5,
  what: 'The file has the name of an image and is none that can be read: another format, cut off, damaged, empty, or larger than the limits.',
  why: 'A broken image is a defect of its own, and credentials in it cannot be checked.',
  fix: 'Replace it. A Git LFS pointer means that the checkout did not fetch the files: `git lfs pull`, or `lfs: true` for actions/checkout.',
  file: ({ problem }) =>
    problem?.kind === 'unsupported' ? [{ message: problem.message, code: problem.code }] : [],
});
