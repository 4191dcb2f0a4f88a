/** The published figures as Markdown. */
import { ATTACKS, GROUPS } from './attacks/index.js';
import {
  markdownTable,
  percent,
  QUALITY_HEAD,
  qualityCells,
  share,
  spreadCells,
} from './markdown.js';
import { peerTables } from './peer-tables.js';
import { publishedTables } from './published-tables.js';
import { speedTable } from './speed-table.js';
import { summariseGroups, type BenchResult, type Count, type SetSummary } from './summary.js';

const GROUP_TITLES = {
  core: 'Everyday changes',
  hard: 'Hard',
  extreme: 'Extreme',
  suite: 'Rows of published suites, on every fourth picture',
  regeneration: 'Regeneration (reported, not claimed)',
} as const;

export function renderTables(result: BenchResult): string {
  return [
    `Measured on ${result.machine}, Node ${result.node}, commit ${result.commit}, watermark and attacks ` +
      `${result.version}. Every figure is made by \`npm run bench:watermark\`.`,
    ...groupTable(result),
    ...GROUPS.flatMap(({ group }) => attackTable(group, result.sets)),
    ...qualityTable(result.sets),
    ...falseAccepts(result),
    ...peerTables(result.peers),
    ...publishedTables(result.sets),
    ...speedTable(result.speed),
    ...credits(result),
  ].join('\n\n');
}

function groupTable({ sets }: BenchResult): string[] {
  const named = ([name, rate]: readonly [string, number]): string => `${percent(rate)} (${name})`;
  const groups = summariseGroups(sets, ATTACKS);
  if (groups.length === 0) return [];
  const rows = groups.map((g) => [
    GROUP_TITLES[g.group],
    String(g.rows),
    g.bar === null ? '-' : `${100 * g.bar} %`,
    percent(g.mean),
    named(g.worstAttack),
    named(g.worstCategory),
    named(g.worstSet),
  ]);
  const below = groups
    .filter((g) => g.below.length > 0)
    .map((g) => `${GROUP_TITLES[g.group]}: ${g.below.join('; ')}.`);
  return [
    '### Recovery',
    'Exact 64-bit payload out of a blind reading whose false-positive bound is 1e-9. A picture that the ' +
      'embedder refuses counts as lost under every attack.',
    markdownTable(
      ['group', 'attacks', 'bar', 'mean', 'worst attack', 'worst category', 'worst set'],
      rows,
    ),
    below.length === 0
      ? 'No attack is below its bar over all pictures.'
      : `Attacks below their bar over all pictures. ${below.join(' ')}`,
  ];
}

function attackTable(
  group: (typeof GROUPS)[number]['group'],
  sets: readonly SetSummary[],
): string[] {
  const own = ATTACKS.filter((attack) => attack.group === group);
  const shown = own.filter(({ name }) => sets.some(({ read }) => read[name]));
  if (shown.length === 0) return [];
  const total = (counts: readonly (Count | undefined)[]): Count => ({
    hits: counts.reduce((sum, c) => sum + (c?.hits ?? 0), 0),
    of: counts.reduce((sum, c) => sum + (c?.of ?? 0), 0),
  });
  return [
    `### ${GROUP_TITLES[group]}`,
    markdownTable(
      ['attack', ...sets.map(({ set }) => set), 'all, blind', 'all, payload known', 'as in'],
      shown.map(({ name, suites }) => [
        name,
        ...sets.map(({ read }) => share(read[name])),
        share(total(sets.map(({ read }) => read[name]))),
        share(total(sets.map(({ verified }) => verified[name]))),
        suites?.join(', ') ?? '',
      ]),
    ),
  ];
}

function qualityTable(sets: readonly SetSummary[]): string[] {
  if (sets.length === 0) return [];
  return [
    '### Quality',
    'PSNR in dB over R, G and B; SSIM with a 7x7 uniform window, of the luma and as the mean of R, G and B. "5 %" is the 5th percentile. The ' +
      'margin is what a JPEG of quality 50 leaves of the statistic in the middle half, over what the bound asks of a blind reading.',
    markdownTable(
      ['set', 'pictures', 'refused', ...QUALITY_HEAD, 'margin', '5 %', 'least'],
      sets.map((s) => [
        s.set,
        String(s.images),
        String(s.refused),
        ...qualityCells(s.quality),
        ...spreadCells(s.margin, 2),
      ]),
    ),
  ];
}

function falseAccepts({ falseAccepts: found, sets }: BenchResult): string[] {
  if (found === null) return [];
  const line = (what: string, { decodes, accepted, largest }: typeof found.unmarked): string =>
    `- ${what}: ${accepted} accepted in ${decodes.toLocaleString('en-US')} decodes` +
    (accepted === 0 && decodes > 0
      ? ` (rule of three: at most ${(3 / decodes).toExponential(1)} at 95 % confidence)`
      : '') +
    `; largest statistic of a candidate whose check bits held ${largest.toFixed(2)}.`;
  const readings = sets.flatMap(({ read }) => Object.values(read)).reduce((n, c) => n + c.of, 0);
  const wrong = sets.reduce((sum, s) => sum + s.wrong, 0);
  return [
    '### False accepts',
    [
      'One picture under one attack read with one key is one decode, each held to 1e-9.',
      '',
      line('unmarked pictures, random keys', found.unmarked),
      line('marked pictures, keys that are not theirs', found.wrongKey),
      `- marked pictures, their own key: ${wrong} wrong payloads in ${readings.toLocaleString('en-US')} readings.`,
    ].join('\n'),
    '![Tail of the statistic on unmarked pictures, under the proved bound](watermark/null.svg)',
  ];
}

function credits({ sources, note }: BenchResult): string[] {
  const lines = Object.entries(sources).map(([set, labels]) => `- ${set}: ${labels.join('; ')}`);
  return [
    [
      'Pictures (a fixed sample by the hash of their names, short side 512 or more; reduced when longer than ' +
        '1,024 pixels, large originals when longer than 3,000; never enlarged):',
      '',
      ...lines,
    ].join('\n'),
    ...(note === '' ? [] : [note]),
  ];
}
