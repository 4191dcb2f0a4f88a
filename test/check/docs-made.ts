/** The docs that are made from the code: path -> text, formatted as the repository is. */
import { format, resolveConfig } from 'prettier';
import { policyJsonSchema, ruleIndex, rulePage, RULES } from '../../src/check/index.js';
import { reportJsonSchema } from '../../src/service/schemas/report-json-schema.js';

export async function madeDocs(root: string): Promise<Map<string, string>> {
  const texts: [string, string][] = [
    ...RULES.map((rule): [string, string] => [`docs/findings/${rule.id}.md`, rulePage(rule)]),
    ['docs/findings.md', ruleIndex(RULES)],
    ['docs/imprint.schema.json', JSON.stringify(policyJsonSchema())],
    ['docs/report.schema.json', JSON.stringify(reportJsonSchema())],
  ];
  const options = await resolveConfig(`${root}/package.json`);
  const formatted = texts.map(async ([path, text]): Promise<[string, string]> => [
    path,
    await format(text, { ...options, filepath: path }),
  ]);
  return new Map(await Promise.all(formatted));
}
