import { showsAi } from '../policy/policy.js';
import { defineRule } from './rule.js';

export const aiForbidden = defineRule({
  id: 'IM405',
  name: 'ai-forbidden',
  title: 'AI where none may be',
  level: 'error',
  exit: 2,
  what: 'The policy forbids generated images here, and the file shows that AI made or edited it. Absence of such evidence is not proof of a camera.',
  why: 'News photographs, evidence and product pictures are believed because a camera made them.',
  fix: 'Replace the image, or take the path out of the rule. `imprint verify FILE` lists the evidence.',
  file: ({ report, demands }) => {
    const level = demands.forbid.get('ai-generated');
    if (level === undefined || report === null || !showsAi(report)) return [];
    const best = report.evidence.find(
      ({ claim }) => claim === 'ai-generated' || claim === 'ai-edited',
    );
    return [
      {
        level,
        message: `AI made or edited this image, which the policy forbids: ${best?.finding ?? report.verdict.summary}`,
        code: best?.id ?? null,
        where: best?.where ?? 'file',
      },
    ];
  },
});
