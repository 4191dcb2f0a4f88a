import { WATERMARK_ALG } from '../../provenance/index.js';
import { defineRule } from './rule.js';

export const watermarkMissing = defineRule({
  id: 'IM503',
  name: 'watermark-missing',
  title: 'No watermark',
  level: 'error',
  exit: 3,
  what: 'The policy asks for a watermark, and none of ours was found with the keys tried. Public marks of other generators do not count: anyone can write them.',
  why: 'A watermark is what is left when metadata is stripped. The Code of Practice asks for two layers of marking.',
  fix: '`imprint mark` embeds one; an image that cannot hold it is told what would. A mark under a secret key needs that key: `--watermark-key`.',
  file: ({ report, demands }) => {
    const level = demands.require.get('watermark');
    if (level === undefined || report === null) return [];
    const found = report.watermarks.some(
      ({ alg, status }) => alg === WATERMARK_ALG && status !== 'none',
    );
    return found
      ? []
      : [{ level, message: 'No watermark, which the policy asks for', where: 'pixels' }];
  },
});
