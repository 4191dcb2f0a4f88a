/** A rule's page and the index of all, made from the rules themselves (docs/findings/, docs/findings.md). */
import type { Rule } from './rule.js';

const EXIT_WORDS: Readonly<Record<Rule['exit'], string>> = {
  1: 'operational error',
  2: 'altered or policy violated',
  3: 'absent where required',
  4: 'not trusted where required',
  5: 'unsupported or malformed media',
};

/** Markdown, in the project's own line width. */
export function rulePage({ id, title, level, exit, what, why, fix }: Rule): string {
  const about = (heading: string, text: string): string => fold(`**${heading}** ${text}`);
  return [
    `# ${id}: ${title}`,
    '',
    `Level: ${level} (exit ${exit} at level error: ${EXIT_WORDS[exit]})`,
    '',
    about('What it means.', what),
    '',
    about('Why it matters.', why),
    '',
    about('How to fix.', fix),
    '',
    silencing(id),
    '',
  ].join('\n');
}

function silencing(id: string): string {
  if (id.startsWith('IM905') || id.startsWith('IM906') || id.startsWith('IM907')) {
    return [
      `**How to silence.** \`severity\` in the policy sets its level, for this policy as a whole:`,
      '',
      '```yaml',
      'severity:',
      `  ${id}: off`,
      '```',
    ].join('\n');
  }
  return [
    '**How to silence.** In the policy, for some files and with a reason; or everywhere:',
    '',
    '```yaml',
    'ignore:',
    `  - rule: ${id}`,
    '    paths: public/icons',
    '    reason: why this is right here',
    '    expires: 2027-06-30',
    'severity:',
    `  ${id}: off`,
    '```',
    '',
    'What was there before the check was introduced goes into a baseline (`--baseline FILE --update-baseline`, docs/ci.md).',
  ].join('\n');
}

const CATEGORIES: readonly [string, string][] = [
  ['IM1', 'Presence'],
  ['IM2', 'Integrity'],
  ['IM3', 'Trust'],
  ['IM4', 'AI labelling'],
  ['IM5', 'Watermark'],
  ['IM9', 'Operational'],
];

export function ruleIndex(rules: readonly Rule[]): string {
  const sections = CATEGORIES.flatMap(([prefix, heading]) => [
    `## ${heading} (${prefix}xx)`,
    '',
    ...table(rules.filter(({ id }) => id.startsWith(prefix))),
    '',
  ]);
  return [
    '# Findings',
    '',
    fold(
      'What `imprint verify` and `imprint check` can find, by stable id. This page and the pages behind it are made from the rules (`npm run docs:rules`). Levels are those without a policy: what a policy requires is an error.',
    ),
    '',
    ...sections,
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

function table(rules: readonly Rule[]): string[] {
  const rows = [
    ['id', 'name', 'finding', 'level', 'exit'],
    ...rules.map(({ id, name, title, level, exit }) => [
      `[${id}](findings/${id}.md)`,
      `\`${name}\``,
      title,
      level,
      String(exit),
    ]),
  ];
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`;
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)];
}

const WIDTH = 120;

function fold(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].join('\n');
}
