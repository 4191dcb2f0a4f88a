import { defineRule, reported } from './rule.js';

export const credentialsStripped = defineRule({
  id: 'IM102',
  name: 'credentials-stripped',
  title: 'Credentials stripped',
  level: 'warning',
  exit: 2,
  what: 'A watermark is present, but the credentials that belong to it are gone. Re-saving, resizing and uploading drop them. Only a search of the pixels shows this, so it is found where a rule asks for the watermark.',
  why: 'The image was marked and signed once; some step removed what it says about itself. Removing marks is what Art. 50 and SB 942 forbid.',
  fix: 'Take the original file, and find the step that drops metadata: `imprint check --diff BEFORE AFTER` compares what goes into a step with what comes out.',
  file: (subject) => reported(subject, 'IM102'),
});
