/** Read and validate the Content Credentials of an image. A broken file gives a report, not an error. */
import { assertBytes, errorMessage } from '../core/index.js';
import type { Engine } from './engine.js';
import { withEngine } from './engine.js';
import { C2paError } from './errors.js';
import { isCredentialFormat } from './formats.js';
import { asObject } from './json.js';
import type { JsonObject } from './json.js';
import type { CredentialsPresence, CredentialsReport } from './report.js';
import { emptyReport, reportOf } from './report.js';
import type { TrustList, TrustSettings } from './settings.js';
import { readSettings } from './settings.js';
import { bindDetached, STORE_MIME } from './sidecar.js';
import { checkTrust } from './trust.js';

export interface ReadCredentialsOptions {
  /** Whom to believe. Default: nobody; intact files read `untrusted`. */
  trust?: TrustSettings;
  /** Judge certificates at this time. Default: now. */
  validationTime?: Date;
  /**
   * Manifest store (application/c2pa) that came beside the file, or from the address that the file
   * names. Not used when the file has its own. Without such an address, files bound by a data hash
   * are checked (made without embedding, or stripped of exactly the manifest); for others, BMFF
   * among them, `integrity` is `unknown` and `problem` says so. Default: none.
   */
  manifestData?: Uint8Array;
}

interface EngineAnswer {
  store: JsonObject;
  crJson: JsonObject;
}

const REMOTE = /RemoteManifestUrl\("((?:[^"\\]|\\.)*)"\)/;
const MAX_PROBLEM = 500;
const MAX_REMOTE = 4000;

async function readOnce(
  engine: Engine,
  bytes: Uint8Array,
  mime: string,
  settings: string,
): Promise<EngineAnswer> {
  const reader = await engine.Reader.fromBytes(mime, bytes, settings);
  try {
    return {
      store: asObject(JSON.parse(reader.json()) as unknown),
      crJson: asObject(JSON.parse(reader.crJson()) as unknown),
    };
  } finally {
    reader.free();
  }
}

/** Type of every JUMBF superbox (ISO 19566-5), and so part of any manifest store in any container. */
const JUMBF_TYPE = 'jumb';

/** The engine throws plain strings (`C2pa(JumbfNotFound)`) or Errors. */
function refused({ cause, engine }: Refusal, { bytes, mime }: Reading): CredentialsReport {
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

/**
 * Of several lists, the first that vouches for the signer by itself: the engine only says "an
 * anchor". Null when it takes certificates of several.
 */
async function matchingList(
  lists: readonly TrustList[],
  trusts: (list: TrustList) => Promise<boolean>,
): Promise<string | null> {
  if (lists.length === 1) return lists[0]!.name;
  for (const list of lists) {
    if (await trusts(list)) return list.name;
  }
  return null;
}

/** What the engine is given, and what is done to its answer before it is judged. */
interface Reading {
  bytes: Uint8Array;
  mime: string;
  presence: CredentialsPresence;
  /** Answer to the one request for a remote manifest. */
  remoteManifest?: Uint8Array;
  /** The image that the store in `bytes` lay beside. */
  image?: Uint8Array;
}

type Judge = (trust: TrustSettings, now: Date | undefined) => Promise<CredentialsReport>;

const judgeOf =
  ({ bytes, mime, presence, remoteManifest, image }: Reading): Judge =>
  (trust, now) =>
    withEngine(
      async (engine) => {
        const settings = readSettings(trust, remoteManifest !== undefined);
        const answer = await readOnce(engine, bytes, mime, settings).catch((error: unknown) => {
          if (error instanceof Error && isFatal(error)) throw error;
          throw new Refusal(error, engine.version);
        });
        if (image === undefined) return reportOf({ presence, ...answer, engine: engine.version });
        const { found, problem } = bindDetached(answer, image);
        const report = reportOf({ presence, ...found, engine: engine.version });
        return problem === null ? report : { ...report, problem };
      },
      { now, remoteManifest },
    );

/** The report of one reading, with the list that vouches. */
async function readWith(
  reading: Reading,
  { trust = {}, validationTime }: ReadCredentialsOptions,
): Promise<CredentialsReport> {
  const judge = judgeOf(reading);
  try {
    const report = await judge(trust, validationTime);
    const { signer } = report;
    if (signer?.status === 'trusted') {
      // The list of the timestamp authority may be another one, so its word is taken as given.
      const stamped = signer.timestampTrusted ? new Date(signer.timestamp!) : validationTime;
      signer.list = await matchingList(trust.lists ?? [], async (list) => {
        const alone = await judge({ ...trust, lists: [list] }, stamped);
        return alone.signer?.status === 'trusted';
      });
    }
    return report;
  } catch (error) {
    if (error instanceof Refusal) return refused(error, reading);
    // A file that crashes the engine is a broken file; no engine at all is our own trouble.
    if (error instanceof C2paError && error.code === 'C2PA_ENGINE_CRASHED') {
      return emptyReport('malformed', 'c2pa-wasm', { problem: error.message });
    }
    throw error;
  }
}

/**
 * @param bytes the whole file.
 * @param mime its true type, by magic bytes; other types than `CREDENTIAL_FORMATS` have nothing inside.
 * @returns the `credentials` part of the report. Nothing about the file or `manifestData` throws.
 * @throws TypeError for arguments of the wrong kind; C2paError C2PA_CERTIFICATE for a trust list that
 *   cannot be read; RangeError for a key usage that is no OID; C2paError C2PA_ENGINE without an engine.
 */
export async function readCredentials(
  bytes: Uint8Array,
  mime: string,
  options: ReadCredentialsOptions = {},
): Promise<CredentialsReport> {
  assertBytes(bytes, 'bytes');
  const { manifestData } = options;
  if (manifestData !== undefined) assertBytes(manifestData, 'manifestData');
  checkTrust(options.trust ?? {});
  const inside = isCredentialFormat(mime)
    ? await readWith({ bytes, mime, presence: 'embedded' }, options)
    : emptyReport('absent', await withEngine((engine) => Promise.resolve(engine.version)));
  if (manifestData === undefined) return inside;
  const { presence } = inside;
  if (presence !== 'remote' && presence !== 'absent') return inside;

  const beside = await readWith(
    presence === 'remote'
      ? { bytes, mime, presence: 'sidecar', remoteManifest: manifestData }
      : { bytes: manifestData, mime: STORE_MIME, presence: 'sidecar', image: bytes },
    options,
  );
  if (beside.presence === 'sidecar') return beside;
  return emptyReport('malformed', beside.engine, {
    problem: `the manifest beside the file cannot be read: ${beside.problem ?? 'no manifest store'}`,
  });
}

const isFatal = (error: Error): boolean =>
  error instanceof RangeError || error.name === 'RuntimeError';

/** What the engine says against a file, on its way out of the lock. */
class Refusal extends Error {
  readonly engine: string;
  constructor(cause: unknown, engine: string) {
    super('refused', { cause });
    this.engine = engine;
  }
}
