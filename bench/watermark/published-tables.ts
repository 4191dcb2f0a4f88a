/** Ours beside figures that others published. */
import { markdownTable } from './markdown.js';
import { W_BENCH_TRUSTMARK, WAM_TABLE, WAM_TABLE_FALSE_POSITIVES } from './published.js';
import type { SetSummary } from './summary.js';

export function publishedTables(sets: readonly SetSummary[]): string[] {
  const ours = (attack: string): string => {
    const counts = sets.flatMap(({ read }) => read[attack] ?? []);
    const of = counts.reduce((sum, c) => sum + c.of, 0);
    const hits = counts.reduce((sum, c) => sum + c.hits, 0);
    return of === 0 ? '-' : `${((100 * hits) / of).toFixed(1)} (${of})`;
  };
  if (sets.length === 0) return [];
  return [
    '### Beside published figures',
    'Published, not run here: TrustMark and WAM as in the tables of the WAM paper (10,000 COCO pictures, per cent ' +
      'detected; its combination is taken to be crop 50 %, brightness 1.5, JPEG 80), TrustMark C as in W-Bench ' +
      '(1,000 pictures, 512 px, per cent detected at 0.1 % false positives). Ours: per cent of pictures whose exact ' +
      '64 bits were read, at a proved 1e-9.',
    markdownTable(
      ['attack', 'imprint', 'TrustMark (published)', 'WAM (published)'],
      [
        ...WAM_TABLE.map(({ attack, trustMark, wam }) => [
          attack,
          ours(attack),
          trustMark.toFixed(1),
          wam.toFixed(1),
        ]),
        [
          'unmarked pictures taken for marked',
          'bound 1e-7 %',
          `${WAM_TABLE_FALSE_POSITIVES.trustMark} %`,
          `${WAM_TABLE_FALSE_POSITIVES.wam} %`,
        ],
      ],
    ),
    markdownTable(
      ['attack (W-Bench)', 'imprint', 'TrustMark C (published)'],
      Object.entries(W_BENCH_TRUSTMARK).map(([attack, rate]) => [
        attack,
        ours(attack),
        rate.toFixed(1),
      ]),
    ),
  ];
}
