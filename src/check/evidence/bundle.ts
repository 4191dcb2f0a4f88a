/** The evidence of a check: policy, results, and a signed in-toto statement that names every file by its hash. */
import { sha256Hex, toJson } from '../../core/index.js';
import type { Signer, TimestampSource } from '../../provenance/index.js';
import type { CheckResult } from '../model.js';
import type { Policy } from '../policy/policy.js';
import { signJws } from './jws.js';
import { stampSignature } from './timestamp.js';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** Type of the predicate; a name, not an address. */
export const PREDICATE_TYPE = 'urn:imprint:check:v1';
/** `typ` of the JWS: an in-toto statement, and nothing else that this key may have signed. */
export const JWS_TYPE = 'application/vnd.in-toto+json';

export const EVIDENCE_FILES = {
  policy: 'policy.json',
  results: 'results.json',
  statement: 'statement.json',
  signature: 'statement.jws',
  /** RFC 3161 TimeStampToken (DER) over the bytes of the signature's file. */
  timestamp: 'statement.tst',
} as const;

export interface EvidenceInput {
  result: CheckResult;
  policy: Policy;
  /** Of the policy file as read; null for the built-in policy. */
  policyText: string | null;
  /** Trust lists that were used. */
  trust: readonly { name: string; anchorsPem: string; date?: string | undefined }[];
  signer: Signer;
  /** Default: none, so that the time is the signer's own word. */
  timestamp?: TimestampSource | undefined;
}

export interface EvidenceBundle {
  /** Name of each file -> what it holds, in the order in which they are to be written. */
  files: Map<string, string | Uint8Array>;
  /** Why a timestamp that was asked for is missing; null when none is. */
  unstamped: string | null;
}

/** @throws C2paError as the signer and the timestamp source. */
export async function evidenceBundle(input: EvidenceInput): Promise<EvidenceBundle> {
  const { result, policy, policyText, timestamp } = input;
  const policyFile = toJson({ ...policy.facts, text: policyText, applied: applied(policy) });
  const results = toJson(result);
  const statement = toJson({
    _type: STATEMENT_TYPE,
    subject: result.files.flatMap(({ path, sha256 }) =>
      sha256 === null ? [] : [{ name: path, digest: { sha256 } }],
    ),
    predicateType: PREDICATE_TYPE,
    predicate: {
      time: result.time,
      // Signed, so that a token cannot be taken away unseen. One that may be missing is not promised.
      timestamped: timestamp !== undefined && timestamp.optional !== true,
      tool: result.tool,
      exitCode: result.exitCode,
      summary: result.summary,
      trust: input.trust.map(({ name, anchorsPem, date }) => ({
        name,
        ...(date === undefined ? {} : { date }),
        sha256: sha256Hex(Buffer.from(anchorsPem)),
      })),
      notLookedAt: result.files.filter(({ sha256 }) => sha256 === null).map(({ path }) => path),
      files: [
        { name: EVIDENCE_FILES.policy, digest: { sha256: sha256Hex(Buffer.from(policyFile)) } },
        { name: EVIDENCE_FILES.results, digest: { sha256: sha256Hex(Buffer.from(results)) } },
      ],
    },
  });
  const signature = await signJws(Buffer.from(statement), JWS_TYPE, input.signer);
  const stamp =
    timestamp === undefined ? null : await stampSignature(Buffer.from(signature), timestamp);
  return {
    files: new Map<string, string | Uint8Array>([
      [EVIDENCE_FILES.policy, policyFile],
      [EVIDENCE_FILES.results, results],
      [EVIDENCE_FILES.statement, statement],
      ...(stamp !== null && 'token' in stamp
        ? [[EVIDENCE_FILES.timestamp, stamp.token] as const]
        : []),
      // Last: a folder without it is no bundle.
      [EVIDENCE_FILES.signature, signature],
    ]),
    unstamped: stamp !== null && 'missing' in stamp ? stamp.missing : null,
  };
}

/** The policy with its presets resolved, as plain data. */
function applied({ rules, ignores, severity, trust, failOn, maxWarnings }: Policy) {
  return {
    trust,
    failOn,
    maxWarnings,
    severity: Object.fromEntries(severity),
    rules: rules.map(({ matches: _, line: __, ...rule }) => rule),
    ignore: ignores.map(({ matches: _, line: __, ...entry }) => entry),
  };
}
