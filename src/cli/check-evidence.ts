/** `check --evidence FOLDER`: the bundle, signed by the user's signer. */
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../core/index.js';
import type { CheckResult, InspectorSetup, Policy } from '../check/index.js';
import { EVIDENCE_FILES, evidenceBundle } from '../check/index.js';
import type { FoundPolicy } from '../check/index.js';
import { UsageError } from './exit.js';
import type { CliIo } from './io.js';
import { issuerFor } from './issuer.js';
import type { SigningFlags } from './signing-options.js';
import { writeWhole } from './write-whole.js';

export interface EvidenceSource {
  result: CheckResult;
  policy: Policy;
  found: FoundPolicy | null;
  setup: InspectorSetup;
}

/** Before the work begins: a mistake in the name must not cost a check. */
export async function checkEvidenceFolder(folder: string): Promise<void> {
  const info = await stat(folder).catch(() => null);
  if (info !== null && !info.isDirectory()) {
    throw new UsageError(`--evidence expected a folder, ${printable(folder)} is none`);
  }
}

export async function writeEvidence(
  io: CliIo,
  folder: string,
  { result, policy, found, setup }: EvidenceSource,
  flags: SigningFlags,
): Promise<void> {
  // The check's own keys are to read marks with; nothing is marked here.
  const { signer } = await issuerFor(io, { ...flags, watermarkKey: undefined });
  const policyText = found?.text ?? null;
  const bundle = await evidenceBundle({ result, policy, policyText, trust: setup.trust, signer });
  await mkdir(folder, { recursive: true });
  // An old signature must not stand beside new files if this one is cut off.
  await rm(join(folder, EVIDENCE_FILES.signature), { force: true });
  for (const [name, text] of bundle) await writeWhole(join(folder, name), text);
  io.err(`wrote evidence to ${printable(folder)}\n`);
}
