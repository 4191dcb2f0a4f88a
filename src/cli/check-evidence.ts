/** `check --evidence FOLDER`: the bundle, signed by the user's signer. */
import { mkdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { printable } from '../core/index.js';
import type { CheckResult, FoundPolicy, InspectorSetup, Policy } from '../check/index.js';
import { EVIDENCE_FILES, evidenceBundle } from '../check/index.js';
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

export type WriteEvidence = (source: EvidenceSource) => Promise<void>;

/**
 * Before the work begins: a mistake in a name must not cost a check.
 *
 * @throws UsageError, C2paError as the signers and the timestamp authority.
 */
export async function openEvidence(
  io: CliIo,
  folder: string,
  flags: SigningFlags,
): Promise<WriteEvidence> {
  const info = await stat(folder).catch(() => null);
  if (info !== null && !info.isDirectory()) {
    throw new UsageError(`--evidence expected a folder, ${printable(folder)} is none`);
  }
  // The check's own keys are to read marks with; nothing is marked here.
  const { signer, timestamp: source } = await issuerFor(io, { ...flags, watermarkKey: undefined });
  // The development authority is this machine's own clock and proves nothing.
  const timestamp = typeof flags.tsa === 'string' ? source : undefined;
  await signer.ready?.();
  if (timestamp?.optional !== true) await timestamp?.ready?.();
  return async ({ result, policy, found, setup }) => {
    const { trust } = setup;
    const policyText = found?.text ?? null;
    const input = { result, policy, policyText, trust, signer, timestamp };
    const { files, unstamped } = await evidenceBundle(input);
    await mkdir(folder, { recursive: true });
    // An old signature must not stand beside new files if this one is cut off.
    for (const name of [EVIDENCE_FILES.signature, EVIDENCE_FILES.timestamp]) {
      await rm(join(folder, name), { force: true });
    }
    for (const [name, content] of files) await writeWhole(join(folder, name), content);
    if (unstamped !== null) io.err(`imprint: warning: no timestamp: ${unstamped}\n`);
    const unproved = files.has(EVIDENCE_FILES.timestamp) ? '' : '; its time is unproved (--tsa)';
    io.err(`wrote evidence to ${printable(folder)}${unproved}\n`);
  };
}
