/** Checks a bundle: the signature, whom the chain leads to, and that nothing was exchanged since. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { errorMessage, printable, sha256Hex } from '../../core/index.js';
import { readImageFile } from '../../provenance/index.js';
import { CheckError } from '../errors.js';
import { EVIDENCE_FILES, JWS_TYPE, PREDICATE_TYPE, STATEMENT_TYPE } from './bundle.js';
import type { VerifiedJws } from './jws.js';
import { verifyJws } from './jws.js';
import type { EvidenceTimestamp } from './timestamp.js';
import { verifyStamp } from './timestamp.js';
import { certificateName, leadsTo } from './trusted.js';

const MAX_BYTES = 512 << 20;
/** The longest token that is taken (timestamp-client.ts). */
const MAX_TOKEN_BYTES = 100_000;
/** So far may the signer's clock be ahead of the authority's. */
const MAX_SKEW_MS = 10 * 60_000;
const digest = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const named = z.object({ name: z.string(), digest });
const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(named),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.object({
    time: z.iso.datetime(),
    timestamped: z.boolean().default(false),
    exitCode: z.int(),
    tool: z.object({ name: z.string(), version: z.string() }),
    files: z.array(named),
  }),
});

export interface EvidenceVerdict {
  /** What does not hold, each in one line; empty when all holds. */
  problems: string[];
  /** Whether the chain ends in the anchors that were given. */
  trusted: boolean;
  signer: string;
  /** When the check was made, by the word of the signer. */
  time: string;
  /** Proof that the bundle was there at a time; null where there is none. */
  timestamp: EvidenceTimestamp | null;
  /** Exit code of the check. */
  exitCode: number;
  subjects: number;
}

export interface VerifyEvidenceOptions {
  /** PEM of the CAs that are believed. Default: none, so nobody is trusted. */
  anchorsPem?: string;
  /** Folder in which the files that were checked are compared with their hashes. Default: not compared. */
  root?: string;
}

/** @throws CheckError CHECK_EVIDENCE when the bundle is incomplete or not signed by its own certificate. */
export async function verifyEvidence(
  folder: string,
  { anchorsPem, root }: VerifyEvidenceOptions = {},
): Promise<EvidenceVerdict> {
  const signature = await read(folder, EVIDENCE_FILES.signature);
  const jws = verifyJws(signature.toString('latin1'), JWS_TYPE);
  const statement = parseStatement(jws);
  const { predicate, subject } = statement;
  const problems: string[] = [];
  // What counts is what was signed; the readable copy must not say otherwise.
  const copy = await read(folder, EVIDENCE_FILES.statement);
  if (!copy.equals(Buffer.from(jws.payload))) {
    problems.push(`${EVIDENCE_FILES.statement} is not what was signed`);
  }
  const listed = new Map(predicate.files.map(({ name, digest: { sha256 } }) => [name, sha256]));
  for (const name of [EVIDENCE_FILES.policy, EVIDENCE_FILES.results]) {
    const sha256 = sha256Hex(await read(folder, name));
    if (listed.get(name) !== sha256) problems.push(`${name} was changed after signing`);
  }
  if (root !== undefined) problems.push(...(await changedSubjects(subject, resolve(root))));
  const stamped = await timestampOf(folder, signature, predicate, anchorsPem);
  problems.push(...stamped.problems);
  const { timestamp } = stamped;
  const time = timestamp?.trusted === true ? timestamp.time : predicate.time;
  return {
    problems,
    trusted: leadsTo(anchorsPem, jws.chain, new Date(time), 'sign'),
    signer: certificateName(jws.chain[0]!),
    time: predicate.time,
    timestamp,
    exitCode: predicate.exitCode,
    subjects: subject.length,
  };
}

function parseStatement({ payload }: VerifiedJws): z.output<typeof statementSchema> {
  let value: unknown = null;
  try {
    value = JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    // Told below, like any other text that is no statement.
  }
  const result = statementSchema.safeParse(value);
  if (!result.success) throw refused('what was signed is no statement of a check');
  return result.data;
}

async function timestampOf(
  folder: string,
  signature: Uint8Array,
  { time, timestamped }: z.output<typeof statementSchema>['predicate'],
  anchorsPem: string | undefined,
): Promise<{ timestamp: EvidenceTimestamp | null; problems: string[] }> {
  const name = EVIDENCE_FILES.timestamp;
  if ((await stat(join(folder, name)).catch(() => null)) === null) {
    const problems = timestamped ? [`${name} is gone: a timestamp was taken`] : [];
    return { timestamp: null, problems };
  }
  try {
    const token = await read(folder, name, MAX_TOKEN_BYTES);
    const timestamp = verifyStamp(token, signature, anchorsPem);
    const early = Date.parse(timestamp.time) < Date.parse(time) - MAX_SKEW_MS;
    return { timestamp, problems: early ? [`${name} is older than the check`] : [] };
  } catch (error) {
    const why = printable(errorMessage(error), 300);
    return { timestamp: null, problems: [`${name} is no timestamp of this signature: ${why}`] };
  }
}

async function changedSubjects(
  subjects: readonly z.output<typeof named>[],
  root: string,
): Promise<string[]> {
  const problems: string[] = [];
  for (const {
    name,
    digest: { sha256 },
  } of subjects) {
    const path = resolve(root, name);
    // A statement is as hostile as any other file: it must not have files outside read.
    if (!path.startsWith(root.endsWith(sep) ? root : root + sep)) {
      problems.push(`${printable(name)} lies outside the folder`);
      continue;
    }
    const bytes = await readImageFile(path).catch(() => null);
    if (bytes === null) problems.push(`${printable(name)} is not there or cannot be read`);
    else if (sha256Hex(bytes) !== sha256) problems.push(`${printable(name)} was changed since`);
  }
  return problems;
}

async function read(folder: string, name: string, maxBytes = MAX_BYTES): Promise<Buffer> {
  const path = join(folder, name);
  const info = await stat(path).catch(() => null);
  if (info?.isFile() !== true) throw refused(`${name} is not in the bundle`);
  if (info.size > maxBytes) throw refused(`${name} is larger than ${maxBytes} bytes`);
  return readFile(path).catch((error: unknown) => {
    throw refused(`${name} cannot be read: ${printable(errorMessage(error), 300)}`);
  });
}

const refused = (message: string): CheckError =>
  new CheckError({ code: 'CHECK_EVIDENCE', message });
