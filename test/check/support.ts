/** Prepared reports and policies, so that most of a check is tested without an image. */
import type { CheckFile, CheckResult, Inspected, Policy } from '../../src/check/index.js';
import { checkFiles, createPolicy, parsePolicy } from '../../src/check/index.js';
import type { Evidence, Finding, Report } from '../../src/provenance/index.js';
import { NO_CREDENTIALS } from '../support/report.js';

export const NOW = new Date('2026-11-25T12:00:00Z');

type Credentials = Report['credentials'];
type Signer = NonNullable<Credentials['signer']>;

export const SIGNER: Signer = {
  status: 'trusted',
  subject: 'CN=Signer, O=Example Inc',
  issuer: 'CN=CA, O=Example CA',
  list: 'official',
  listDate: null,
  timestamp: '2026-11-01T00:00:00Z',
  timestampTrusted: true,
  revocation: { status: 'not-stapled' } as unknown as Signer['revocation'],
};

export const finding = (
  ruleId: string,
  level: Finding['level'] = 'warning',
  code: string | null = null,
): Finding => ({ ruleId, level, message: `says ${ruleId}`, code, where: 'c2pa' });

/** Evidence that AI made the image, as a generator leaves it in metadata. */
export const AI: Evidence = {
  id: 'metadata.comfyui-graph',
  layer: 'metadata',
  finding: 'ComfyUI graph',
  strength: 'structural',
  claim: 'ai-generated',
  llr: 7,
  spoofable: true,
  where: 'png:tEXt "prompt"',
  explain: '',
};

export interface Facts {
  credentials?: Partial<Credentials>;
  evidence?: Evidence[];
  watermarks?: Partial<Report['watermarks'][number]>[];
  findings?: Finding[];
  clashes?: Report['clashes'];
  sha256?: string;
  rubric?: Report['rubric'];
}

/** A report in which only what `facts` names was found. */
export function report(facts: Facts = {}): Report {
  const { credentials, evidence = [], watermarks = [], findings, clashes = [], rubric } = facts;
  return {
    schemaVersion: '1',
    tool: { name: 'imprint', version: '0', engines: {} },
    file: {
      path: null,
      sha256: facts.sha256 ?? 'ab'.repeat(32),
      mime: 'image/png',
      width: 64,
      height: 64,
      bytes: 1000,
    },
    validationTime: NOW.toISOString(),
    verdict: {
      state: evidence.length > 0 ? 'ai-generated' : 'no-ai-evidence',
      score: 0.5,
      prior: 0.5,
      strength: null,
      falsePositiveRate: null,
      summary: '',
      wouldChange: [],
    },
    credentials: { ...NO_CREDENTIALS, ...credentials },
    ...(rubric === undefined ? {} : { rubric }),
    watermarks: watermarks.map((mark) => ({
      alg: 'com.imprint.test',
      status: 'detected',
      targeted: false,
      payload: '00',
      origin: null,
      keyId: null,
      pValue: 1e-9,
      geometry: null,
      registry: null,
      ...mark,
    })),
    metadata: { system: [], personal: { redacted: 0 } },
    evidence,
    clashes,
    findings: findings ?? (credentials === undefined ? [finding('IM101', 'note')] : []),
    timings: {},
  };
}

/** A report of intact credentials by a trusted signer. */
export function signed(facts: Facts = {}): Report {
  return report({
    ...facts,
    credentials: {
      presence: 'embedded',
      integrity: 'intact',
      signer: SIGNER,
      validationState: 'Trusted',
      ...facts.credentials,
    },
  });
}

export type Tree = Record<string, Report | Inspected>;

const asInspected = (value: Report | Inspected): Inspected =>
  'schemaVersion' in value ? { report: value } : value;

export const policyOf = (yaml: string): Policy =>
  createPolicy(parsePolicy({ name: 'imprint.yaml', text: yaml }), {
    path: 'imprint.yaml',
    text: yaml,
  });

export async function check(
  tree: Tree,
  yaml: string,
  options: Partial<Parameters<typeof checkFiles>[2]> = {},
): Promise<CheckResult> {
  const files: CheckFile[] = Object.keys(tree).map((path) => ({ path, absolute: `/tree/${path}` }));
  return checkFiles(files, policyOf(yaml), {
    inspect: ({ path }) => Promise.resolve(asInspected(tree[path]!)),
    now: NOW,
    engines: { c2pa: '1' },
    ...options,
  });
}

/** `IM101 error`, in the order of the rules. */
export function told(result: CheckResult, path?: string): string[] {
  const all = [...result.policyFindings, ...result.files.flatMap(({ findings }) => findings)];
  return all
    .filter((one) => one.suppressed === null && (path === undefined || one.path === path))
    .map(({ ruleId, level }) => `${ruleId} ${level}`);
}
