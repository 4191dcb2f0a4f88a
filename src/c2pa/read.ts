/** Read and validate the Content Credentials of an image. A broken file gives a report, not an error. */
import { assertBytes, assertOneOf, isImprintError } from '../core/index.js';
import { tooManyBoxes } from './box-limit.js';
import { withEngine } from './engine.js';
import { readOnce } from './engine-answer.js';
import { C2paError } from './errors.js';
import type { GuardedFetch } from './fetch.js';
import { isCredentialFormat } from './formats.js';
import type { JsonObject } from './json.js';
import { nativeEngine } from './native.js';
import { Refusal, refused } from './refusal.js';
import type { CredentialsPresence, CredentialsReport } from './report.js';
import { emptyReport, reportOf } from './report.js';
import type { TrustSettings } from './settings.js';
import { readSettings } from './settings.js';
import { bindDetached, STORE_MIME } from './sidecar.js';
import { checkTrust } from './trust/check.js';
import { listsInUse, matchingList } from './trust/match.js';

export interface ReadCredentialsOptions {
  /** Whom to believe. Default: nobody; intact files read `untrusted`. */
  trust?: TrustSettings;
  /** Judge certificates at this time. Default: now. */
  validationTime?: Date;
  /**
   * Manifest store (application/c2pa) that came beside the file, or from the address that the file
   * names. Not used when the file has its own. Without such an address, files bound by a data hash
   * (made without embedding, or stripped of exactly the manifest) and AVIF and HEIF made without
   * embedding are checked; for others `integrity` is `unknown` and `problem` says so. Default: none.
   */
  manifestData?: Uint8Array;
  /**
   * Fetches the manifest that a file keeps elsewhere (`createGuardedFetch`). Not asked when the file has
   * its own, or `manifestData` is given. Default: nothing is fetched.
   */
  fetchRemote?: GuardedFetch;
  /**
   * `native` is `@contentauth/c2pa-node`, when it is installed: no crJSON, and no `validationTime`.
   * Default: `wasm`, which is built in.
   */
  engine?: CredentialsEngine;
}

export const CREDENTIALS_ENGINES = ['wasm', 'native'] as const;
export type CredentialsEngine = (typeof CREDENTIALS_ENGINES)[number];

/** The report, and the engine's own crJSON (C2PA 2.4 annex), null when no manifest could be read. */
export interface CrJsonReading {
  report: CredentialsReport;
  crJson: JsonObject | null;
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
  imageMime?: string;
}

type Judge = (trust: TrustSettings, now: Date | undefined) => Promise<CrJsonReading>;

/** A stamp of this very minute may come from a clock that is a little ahead. */
const CLOCK_TOLERANCE_MS = 5 * 60_000;

const wasmJudge =
  ({ bytes, mime, presence, remoteManifest, image }: Reading): Judge =>
  (trust, now) =>
    withEngine(
      async (engine) => {
        const settings = readSettings(trust, remoteManifest !== undefined);
        const answer = await readOnce(engine, bytes, mime, settings).catch((error: unknown) => {
          if (error instanceof Error && isFatal(error)) throw error;
          throw new Refusal(error, engine.version);
        });
        const at = now ?? new Date(Date.now() + CLOCK_TOLERANCE_MS);
        const facts = { presence, engine: engine.version, at };
        if (image === undefined) {
          return { report: reportOf({ ...answer, ...facts }), crJson: answer.crJson };
        }
        const { found, problem } = bindDetached(answer, image);
        const report = reportOf({ ...found, ...facts });
        return { report: problem === null ? report : { ...report, problem }, crJson: found.crJson };
      },
      { now, remoteManifest },
    );

/** Takes a manifest beside the image as it is, whatever binds the two. */
const nativeJudge =
  ({ bytes, mime, presence, remoteManifest, image, imageMime }: Reading): Judge =>
  async (trust) => {
    const engine = await nativeEngine();
    const file =
      image === undefined
        ? { bytes, mime, manifest: remoteManifest }
        : { bytes: image, mime: imageMime ?? mime, manifest: bytes };
    const answer = await engine.read(file, readSettings(trust));
    const at = new Date(Date.now() + CLOCK_TOLERANCE_MS);
    const report = reportOf({ ...answer, presence, engine: engine.version, at });
    return { report, crJson: null };
  };

/** The report of one reading, with the list that vouches. */
async function readWith(
  reading: Reading,
  { trust = {}, validationTime, engine }: ReadCredentialsOptions,
): Promise<CrJsonReading> {
  const excess =
    tooManyBoxes(reading.bytes, reading.mime) ??
    tooManyBoxes(reading.remoteManifest ?? new Uint8Array(0), STORE_MIME);
  if (excess !== null) {
    const name = engine === 'native' ? 'c2pa-node' : 'c2pa-wasm';
    return nothing(emptyReport('malformed', name, { problem: excess }));
  }
  const judge = engine === 'native' ? nativeJudge(reading) : wasmJudge(reading);
  const lists = trust.lists ?? [];
  try {
    const answer = await judge(trust, validationTime);
    const { report } = answer;
    report.trustLists = listsInUse(lists);
    if (report.signer?.status === 'trusted') {
      const { timestampTrusted, timestamp } = report.signer;
      // The list of the timestamp authority may be another one, so its word is taken as given.
      const stamped = timestampTrusted ? new Date(timestamp!) : validationTime;
      const match = await matchingList(lists, async (list) => {
        const alone = await judge({ ...trust, lists: [list] }, stamped);
        return alone.report.signer?.status === 'trusted';
      });
      report.signer.list = match?.name ?? null;
      report.signer.listDate = match?.date ?? null;
    }
    return answer;
  } catch (error) {
    if (error instanceof Refusal) return nothing(refused(error, reading));
    // A file that crashes the engine is a broken file; no engine at all is our own trouble.
    if (error instanceof C2paError && error.code === 'C2PA_ENGINE_CRASHED') {
      return nothing(emptyReport('malformed', 'c2pa-wasm', { problem: error.message }));
    }
    throw error;
  }
}

const nothing = (report: CredentialsReport): CrJsonReading => ({ report, crJson: null });

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
  return (await readCrJson(bytes, mime, options)).report;
}

/** As `readCredentials`, with what the engine says in crJSON, unabridged. */
export async function readCrJson(
  bytes: Uint8Array,
  mime: string,
  options: ReadCredentialsOptions = {},
): Promise<CrJsonReading> {
  assertBytes(bytes, 'bytes');
  const { manifestData, fetchRemote, engine = 'wasm' } = options;
  assertOneOf(engine, 'engine', CREDENTIALS_ENGINES);
  if (engine === 'native' && options.validationTime !== undefined) {
    throw new RangeError('"validationTime" expected none with the native engine, got one');
  }
  if (manifestData !== undefined) assertBytes(manifestData, 'manifestData');
  checkTrust(options.trust ?? {});
  const inside = isCredentialFormat(mime)
    ? await readWith({ bytes, mime, presence: 'embedded' }, options)
    : nothing(emptyReport('absent', await withEngine((engine) => Promise.resolve(engine.version))));
  const { presence, remoteUrl } = inside.report;
  if (presence !== 'remote' && presence !== 'absent') return inside;
  if (manifestData !== undefined) return readBeside(bytes, mime, presence, manifestData, options);
  return remoteUrl === undefined || fetchRemote === undefined
    ? inside
    : readRemote(inside, { bytes, mime, url: remoteUrl, fetchRemote }, options);
}

/** A manifest that the caller brought for a file which has none inside. */
async function readBeside(
  bytes: Uint8Array,
  mime: string,
  presence: 'remote' | 'absent',
  manifestData: Uint8Array,
  options: ReadCredentialsOptions,
): Promise<CrJsonReading> {
  const beside = await readWith(
    presence === 'remote'
      ? { bytes, mime, presence: 'sidecar', remoteManifest: manifestData }
      : {
          bytes: manifestData,
          mime: STORE_MIME,
          presence: 'sidecar',
          image: bytes,
          imageMime: mime,
        },
    options,
  );
  return readable(beside, 'sidecar', 'the manifest beside the file cannot be read');
}

/** The manifest that the file names, fetched; a fetch that fails leaves it unfetched, with the reason. */
async function readRemote(
  inside: CrJsonReading,
  remote: { bytes: Uint8Array; mime: string; url: string; fetchRemote: GuardedFetch },
  options: ReadCredentialsOptions,
): Promise<CrJsonReading> {
  const { bytes, mime, url, fetchRemote } = remote;
  let manifest: Uint8Array;
  try {
    manifest = await fetchRemote(url);
  } catch (error) {
    if (!isImprintError(error)) throw error;
    return nothing({ ...inside.report, problem: error.message });
  }
  const fetched = await readWith(
    { bytes, mime, presence: 'remote', remoteManifest: manifest },
    options,
  );
  const answer = readable(fetched, 'remote', `the manifest at ${url} cannot be read`);
  return { ...answer, report: { ...answer.report, remoteUrl: url } };
}

function readable(
  answer: CrJsonReading,
  presence: CredentialsPresence,
  problem: string,
): CrJsonReading {
  const { report } = answer;
  if (report.presence === presence && report.store !== null) return answer;
  return nothing(
    emptyReport('malformed', report.engine, {
      problem: `${problem}: ${report.problem ?? 'no manifest store'}`,
    }),
  );
}

const isFatal = (error: Error): boolean =>
  error instanceof RangeError || error.name === 'RuntimeError';
