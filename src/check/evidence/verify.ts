/** Checks a bundle: the signature, whom the chain leads to, and that nothing was exchanged since. */
import { readFile, stat } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { z } from 'zod';
import { printable, sha256Hex } from '../../core/index.js';
import { inspectCertificateChain } from '../../provenance/index.js';
import { CheckError } from '../errors.js';
import { EVIDENCE_FILES, JWS_TYPE, PREDICATE_TYPE, STATEMENT_TYPE } from './bundle.js';
import type { VerifiedJws } from './jws.js';
import { verifyJws } from './jws.js';

const MAX_BYTES = 512 << 20;
const digest = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });
const named = z.object({ name: z.string(), digest });
const statementSchema = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(named),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.object({
    time: z.iso.datetime(),
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
  const jws = verifyJws(
    (await read(folder, EVIDENCE_FILES.signature)).toString('latin1'),
    JWS_TYPE,
  );
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
  const leaf = jws.chain[0]!;
  return {
    problems,
    trusted: anchorsPem !== undefined && isTrusted(jws, anchorsPem, new Date(predicate.time)),
    signer: leaf.subject.split('\n').join(', '),
    time: predicate.time,
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

/** The profile's rules for C2PA certificates; the time is the signer's own word. */
function isTrusted({ chain }: VerifiedJws, trust: string, time: Date): boolean {
  const pem = chain.map((certificate) => certificate.toString()).join('\n');
  const { findings } = inspectCertificateChain(pem, { trust, time });
  return !findings.some(({ level }) => level === 'error');
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
    const bytes = await readFile(path).catch(() => null);
    if (bytes === null) problems.push(`${printable(name)} is not there or cannot be read`);
    else if (sha256Hex(bytes) !== sha256) problems.push(`${printable(name)} was changed since`);
  }
  return problems;
}

async function read(folder: string, name: string): Promise<Buffer> {
  const path = join(folder, name);
  const info = await stat(path).catch(() => null);
  if (info?.isFile() !== true || info.size > MAX_BYTES)
    throw refused(`${name} is not in the bundle`);
  return readFile(path);
}

const refused = (message: string): CheckError =>
  new CheckError({ code: 'CHECK_EVIDENCE', message });
