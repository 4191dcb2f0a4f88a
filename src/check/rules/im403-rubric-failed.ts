import { defineRule, reported } from './rule.js';

export const rubricFailed = defineRule({
  id: 'IM403',
  name: 'rubric-failed',
  title: "A rubric's check fails",
  level: 'error',
  exit: 2,
  what: 'A rubric was asked for (`require: ["rubric:c2pa-2.4"]`, or `imprint verify --rubric`), and the manifest is not written as that rubric asks. The code is the first check that failed; `imprint verify --rubric` lists all of them. The signature may be intact all the same.',
  why: 'Manifests that keep to the conformance rubric are read alike by all conforming viewers.',
  fix: 'Read the failed checks; each names the section of the specification. docs/credentials.md says what the official rubrics are.',
  file: (subject) => {
    const { rubric } = subject.demands;
    if (rubric === null) return [];
    return reported(subject, 'IM403').map((finding) => ({ ...finding, level: rubric }));
  },
});
