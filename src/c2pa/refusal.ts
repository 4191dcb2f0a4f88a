/** What an engine says against a file as a whole, and what that makes of the report. */
import { errorMessage } from '../core/index.js';
import type { CredentialsReport } from './report.js';
import { emptyReport } from './report.js';

/** On its way from the engine to the report. */
export class Refusal extends Error {
  /** Name and version, for the report. */
  readonly engine: string;
  constructor(cause: unknown, engine: string) {
    super('refused', { cause });
    this.engine = engine;
  }
}

const REMOTE = /RemoteManifestUrl\("((?:[^"\\]|\\.)*)"\)/;
const MAX_PROBLEM = 500;
const MAX_REMOTE = 4000;
/** Type of every JUMBF superbox (ISO 19566-5), and so part of any manifest store in any container. */
const JUMBF_TYPE = 'jumb';

/** Engines throw plain strings (`C2pa(JumbfNotFound)`) or Errors. */
export function refused(
  { cause, engine }: Refusal,
  { bytes, mime }: { bytes: Uint8Array; mime: string },
): CredentialsReport {
  const said = errorMessage(cause);
  const problem = said.slice(0, MAX_PROBLEM);
  if (/\bJumbfNotFound\b/.test(problem)) return emptyReport('absent', engine);
  const remoteUrl = REMOTE.exec(said.slice(0, MAX_REMOTE))?.[1];
  if (remoteUrl !== undefined) return emptyReport('remote', engine, { remoteUrl });
  // In ISO media the engine stumbles over bytes behind the last box, which players ignore. Without any
  // manifest such a file has no broken credentials; it has none.
  if (
    /avif|hei[cf]/.test(mime) &&
    !Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes(JUMBF_TYPE)
  ) {
    return emptyReport('absent', engine);
  }
  return emptyReport('malformed', engine, { problem });
}
