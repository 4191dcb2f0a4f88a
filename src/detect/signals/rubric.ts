/** A rubric's failed checks -> one finding; each check stands in the report's `rubric`. */
import type { RubricReport } from '../../c2pa/index.js';
import type { Finding } from '../report.js';

export function rubricFindings({ name, passed, total, checks }: RubricReport): Finding[] {
  const broken = checks.filter(({ status }) => status === 'fail' || status === 'error');
  if (broken.length === 0) return [];
  return [
    {
      ruleId: 'IM403',
      level: 'error',
      message: `The manifest passes ${passed} of ${total} checks of "${name}"`,
      code: broken[0]!.id,
      where: 'c2pa',
    },
  ];
}
