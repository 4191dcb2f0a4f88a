import { defineRule } from './rule.js';

export const aiLabelMissing = defineRule({
  id: 'IM401',
  name: 'ai-label-missing',
  title: 'No AI label',
  level: 'error',
  exit: 3,
  what: 'The policy asks that this file says that AI made or edited it, and nothing in it does: no source type in its credentials or its XMP, no trace of a generator, and no watermark where one was looked for.',
  why: 'Art. 50(2) and SB 942 ask for a machine-readable mark in everything that such a system puts out.',
  fix: 'Sign with the source type: `imprint mark --source trainedAlgorithmicMedia` (or `compositeWithTrainedAlgorithmicMedia` for edits).',
  file: ({ report, demands }) => {
    const level = demands.require.get('ai-label');
    if (level === undefined || report === null) return [];
    const labelled = report.evidence.some(
      ({ claim }) => claim === 'ai-generated' || claim === 'ai-edited',
    );
    return labelled
      ? []
      : [{ level, message: 'Nothing says that AI made or edited this image, as the policy asks' }];
  },
});
