/** SARIF 2.1.0 (OASIS), as GitHub code scanning and others read it. */
import { printable, toJson } from '../../core/index.js';
import type { CheckFinding, CheckResult, FileResult } from '../model.js';
import type { Rule } from '../rules/rule.js';
import type { Format, FormatContext } from './format.js';
import { allFindings, wellFormed } from './format.js';

const SCHEMA =
  'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';
/** Place that paths are relative to: the root of the repository. */
const ROOT = '%SRCROOT%';
/** Version of the recipe of `CheckFinding.fingerprint`. */
const FINGERPRINT = 'imprint/v1';
/** Categories by the first digit of a rule's id. */
const CATEGORIES: Readonly<Record<string, string>> = {
  1: 'presence',
  2: 'integrity',
  3: 'trust',
  4: 'ai-labelling',
  5: 'watermark',
  9: 'operational',
};

export const sarif: Format = (result, context) => {
  const ruleIndex = new Map<string, number>(context.rules.map(({ id }, index) => [id, index]));
  const hashes = new Map(result.files.map(({ path, sha256 }) => [path, sha256]));
  return toJson({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: result.tool.name,
            semanticVersion: result.tool.version,
            rules: context.rules.map(descriptor),
          },
        },
        automationDetails: { id: `imprint/${result.diff === undefined ? 'check' : 'diff'}/` },
        invocations: [invocation(result)],
        artifacts: result.files.map((file) => artifact(file, context)),
        results: allFindings(result).map((finding) =>
          resultOf(finding, ruleIndex.get(finding.ruleId) ?? -1, hashes.get(finding.path), context),
        ),
        columnKind: 'utf16CodeUnits',
      },
    ],
  });
};

function descriptor({ id, name, title, level, what, why, fix }: Rule) {
  return {
    id,
    name: pascalCase(name),
    shortDescription: { text: title },
    fullDescription: { text: what },
    help: {
      text: `${why}\n\n${fix}`,
      markdown: `**Why it matters.** ${why}\n\n**How to fix.** ${fix}`,
    },
    defaultConfiguration: { level },
    properties: { tags: ['provenance', CATEGORIES[id[2]!] ?? 'other'], precision: 'high' },
  };
}

const pascalCase = (name: string): string =>
  name.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());

function resultOf(
  finding: CheckFinding,
  ruleIndex: number,
  sha256: string | null | undefined,
  context: FormatContext,
) {
  const { ruleId, level, message, code, where, path, line, fingerprint, suppressed } = finding;
  return {
    ruleId,
    ruleIndex,
    level,
    message: { text: message },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(context.locate(path)), uriBaseId: ROOT },
          // Images have no lines; without a region code scanning shows no alert.
          region: { startLine: line, startColumn: 1, endLine: line, endColumn: 1 },
        },
      },
    ],
    partialFingerprints: { [FINGERPRINT]: fingerprint },
    ...(suppressed === null
      ? {}
      : {
          suppressions: [
            {
              kind: 'external',
              status: 'accepted',
              justification: `${suppressed.by}: ${printable(suppressed.reason)}`,
            },
          ],
        }),
    properties: {
      where,
      ...(code === null ? {} : { code }),
      ...(sha256 == null ? {} : { sha256 }),
    },
  };
}

function artifact({ path, sha256, mime, bytes }: FileResult, context: FormatContext) {
  return {
    location: { uri: uriOf(context.locate(path)), uriBaseId: ROOT },
    ...(bytes === null ? {} : { length: bytes }),
    ...(mime === null ? {} : { mimeType: mime }),
    ...(sha256 === null ? {} : { hashes: { 'sha-256': sha256 } }),
  };
}

function invocation(result: CheckResult) {
  const unread = result.files.filter(({ status }) => status === 'error');
  return {
    executionSuccessful: result.exitCode !== 1,
    exitCode: result.exitCode,
    endTimeUtc: result.time,
    toolExecutionNotifications: unread.map(({ path, findings }) => ({
      level: 'error',
      message: { text: `${printable(path)}: ${findings[0]?.message ?? 'not read'}` },
    })),
  };
}

/** Each segment encoded (RFC 3986), so that a name may hold spaces, `#` or a line break. */
function uriOf(path: string): string {
  return path
    .split('/')
    .map((part) => encodeURIComponent(wellFormed(part)))
    .join('/');
}
