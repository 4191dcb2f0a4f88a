/** What a policy may say. The JSON schema for editors (docs/imprint.schema.json) is made from this. */
import { z } from 'zod';
import { LEVELS } from '../model.js';
import { GLOB_LIMITS, isBoundedGlob } from './globs.js';

export const PRESET_NAMES = ['recommended', 'strict', 'eu-ai-act', 'sb-942'] as const;
export type PresetName = (typeof PRESET_NAMES)[number];

/** What a rule may ask of a file; `rubric:NAME` besides these. */
const DEMANDS = [
  'credentials',
  'trusted',
  'timestamp',
  'watermark',
  'ai-label',
  'disclosure',
] as const;
export type Demand = (typeof DEMANDS)[number];

const FORBIDDABLE = ['ai-generated', 'credentials', 'watermark'] as const;
export type Forbiddable = (typeof FORBIDDABLE)[number];

const MAX_LIST = 1000;
const text = (description: string) => z.string().min(1).max(4096).describe(description);
const oneOrMany = <T extends z.ZodType>(item: T) =>
  z.union([item, z.array(item).min(1).max(MAX_LIST)]);

const glob = text('Glob over paths with /, relative to the folder of the policy file.').refine(
  isBoundedGlob,
  GLOB_LIMITS,
);
const ruleId = z
  .string()
  .regex(/^IM\d{3}$/, 'expected a rule id such as IM101')
  .describe('Id of a rule, such as IM101 (docs/findings.md).');
const level = z.enum(LEVELS);

const signer = z
  .union([
    text('Pattern for one part of the subject, such as "O=Example Inc" or "CN=*.example.org".'),
    z.strictObject({
      subject: text('Pattern for one part of the subject of the certificate.').optional(),
      issuer: text('Pattern for one part of the issuer of the certificate.').optional(),
      list: text('Name of the trust list that must vouch for the signer.').optional(),
    }),
  ])
  .describe('Who must have signed. The signer must be trusted as well.');

const ruleSchema = z.strictObject({
  paths: oneOrMany(glob).describe('Files that the rule is about.'),
  exclude: oneOrMany(glob).optional().describe('Files of those that it is not about.'),
  when: z
    .enum(['always', 'ai-generated'])
    .optional()
    .describe('ai-generated: only where the file itself shows that AI made or edited it.'),
  require: z
    .array(
      z.union([
        z.enum(DEMANDS),
        z
          .string()
          .regex(/^rubric:.+/, `expected one of ${DEMANDS.join(', ')} or rubric:NAME`)
          .describe('rubric:c2pa-2.4, rubric:c2pa-2.2 or rubric:path/to/rubric.yml'),
      ]),
    )
    .max(MAX_LIST)
    .optional()
    .describe('What each of these files must have.'),
  forbid: z
    .array(z.enum(FORBIDDABLE))
    .max(MAX_LIST)
    .optional()
    .describe('What none of these files may be or have.'),
  signer: oneOrMany(signer).optional().describe('Who must have signed: any of these.'),
  level: level.optional().describe('Level of what this rule finds. Default: error.'),
});

const ignoreSchema = z.strictObject({
  rule: oneOrMany(ruleId).optional().describe('Rules to leave out. Default: all.'),
  paths: oneOrMany(glob),
  reason: text('Why; shown in every report.'),
  expires: z
    .union([z.iso.date('expected a date, YYYY-MM-DD'), z.date()])
    .optional()
    .describe('Last day on which it holds, YYYY-MM-DD.'),
});

export const policySchema = z.strictObject({
  $schema: z.string().optional().describe('For editors.'),
  version: z.literal(1).describe('Version of this format.').optional(),
  extends: z
    .union([z.enum(PRESET_NAMES), z.array(z.enum(PRESET_NAMES)).max(PRESET_NAMES.length)])
    .optional()
    .describe('Presets to start from. Default: recommended.'),
  trust: z
    .array(text('official, interim, dev or a PEM file beside the policy.'))
    .max(100)
    .optional()
    .describe('Trust lists. Default: official.'),
  rules: z.array(ruleSchema).max(MAX_LIST).optional(),
  severity: z
    .partialRecord(ruleId, z.enum([...LEVELS, 'off']))
    .optional()
    .describe('Level of a rule everywhere.'),
  ignore: z.array(ignoreSchema).max(MAX_LIST).optional(),
  exclude: z.array(glob).max(MAX_LIST).optional().describe('Files that are not looked at at all.'),
  failOn: z
    .enum(['error', 'warning', 'never'])
    .optional()
    .describe('Lowest level that fails the check. Default: error.'),
  maxWarnings: z.int().min(0).optional().describe('More warnings than this fail the check.'),
});

export type PolicyDocument = z.output<typeof policySchema>;
export type RuleDocument = z.output<typeof ruleSchema>;
export type IgnoreDocument = z.output<typeof ignoreSchema>;
export type SignerDocument = z.output<typeof signer>;

/** JSON Schema (draft 2020-12) of a policy file, for editors. */
export function policyJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(policySchema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // YAML reads a bare date as a date; in a JSON Schema it is a string.
      if (zodSchema._zod.def.type === 'date') {
        jsonSchema.type = 'string';
        jsonSchema.format = 'date';
      }
    },
  });
  return {
    ...schema,
    title: 'imprint check policy',
    description:
      'imprint.yaml, imprint.config.json or the key "imprint" of package.json (docs/ci.md).',
  };
}
