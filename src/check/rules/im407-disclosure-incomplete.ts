import type { Report } from '../../provenance/index.js';
import { defineRule, lacksCredentials } from './rule.js';

export const disclosureIncomplete = defineRule({
  id: 'IM407',
  name: 'disclosure-incomplete',
  title: 'Latent disclosure incomplete',
  level: 'error',
  exit: 3,
  what: "The policy asks for the disclosure of SB 942 (section 22757.3(b)), and a part is missing: the provider's name (organisation of the signer), the system's name and version (generator or software agent, `name/version`), or the time (timestamp, or `when` of an action). The unique identifier is the label that every manifest has.",
  why: 'Each of the four parts is named by the statute.',
  fix: '`imprint generate` and `imprint mark` write all of them when signing with a certificate that names an organisation. Elsewhere set `claim_generator_info` with a version and `when` in the created action.',
  file: ({ report, demands }) => {
    const level = demands.require.get('disclosure');
    if (level === undefined || report === null || lacksCredentials(report)) return [];
    const missing = missingParts(report);
    return missing.length === 0
      ? []
      : [{ level, message: `The latent disclosure lacks ${missing.join(' and ')}`, where: 'c2pa' }];
  },
});

function missingParts({ credentials }: Report): string[] {
  const { signer, claim } = credentials;
  const actions = claim?.actions ?? [];
  const names = [claim?.generator ?? null, ...actions.map(({ softwareAgent }) => softwareAgent)];
  const parts: [string, boolean][] = [
    ['the name of the provider', /(?:^|, )O=[^,]/.test(signer?.subject ?? '')],
    ['the name and version of the system', names.some((name) => /[^/]\/[^/]/.test(name ?? ''))],
    ['the time', signer?.timestamp != null || actions.some(({ when }) => when !== null)],
  ];
  return parts.filter(([, there]) => !there).map(([name]) => name);
}
