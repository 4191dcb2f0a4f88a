import { defineRule, shown } from './rule.js';

export const credentialsReSigned = defineRule({
  id: 'IM112',
  name: 'credentials-re-signed',
  title: 'Signed again by a step',
  level: 'note',
  exit: 2,
  what: 'Both files have intact credentials, and they are not the same: the step signed the result. A warning when another signer signed and the result does not keep the original as an ingredient. Found by `imprint check --diff`.',
  why: 'Signing again is right after a change, as long as what was said before stays inside: else the history is lost.',
  fix: 'Sign with the original as parent ingredient: `imprint mark` does so by itself; elsewhere look for an option that keeps the parent.',
  change: ({ summary, before, after }) => {
    if (summary.credentials !== 're-signed' || before === null || after === null) return [];
    if ('problem' in before || 'problem' in after) return [];
    const earlier = before.report.credentials.signer?.subject ?? null;
    const { claim, signer } = after.report.credentials;
    const chained = (claim?.ingredients.length ?? 0) > 0;
    const same = earlier !== null && earlier === (signer?.subject ?? null);
    return [
      {
        level: same || chained ? 'note' : 'warning',
        message: `Signed again by ${shown(signer?.subject ?? null, 'an unnamed signer')}${same ? '' : `, before by ${shown(earlier, 'an unnamed signer')}`}; ${chained ? 'the earlier state is kept as an ingredient' : 'no ingredient tells of the earlier state'}`,
        where: 'c2pa',
      },
    ];
  },
});
