import { defineRule } from './rule.js';

export const watermarkLost = defineRule({
  id: 'IM511',
  name: 'watermark-lost',
  title: 'Watermark lost in a step',
  level: 'error',
  exit: 2,
  what: 'Before, the watermark was read; after, it is not, or another one is. Found by `imprint check --diff`.',
  why: 'The step shrinks, compresses or filters more than the mark survives, so that nothing is left once metadata is gone.',
  fix: 'Compress less in that step, mark after it, or mark more strongly (`--strength`; docs/watermark.md says what a mark survives).',
  change: ({ summary }) => {
    if (summary.watermark !== 'lost' && summary.watermark !== 'replaced') return [];
    const message =
      summary.watermark === 'lost'
        ? 'The watermark that the file had before cannot be read any more'
        : 'The file carries another watermark than before';
    return [{ message, where: 'pixels' }];
  },
});
