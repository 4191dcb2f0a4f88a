/**
 * The same c2pa-rs as a native addon (`@contentauth/c2pa-node`), for those who install it. It reads only; it
 * has no crJSON, so what that shows of certificates is read from the signature itself, and it judges by the
 * clock of the machine. Its settings keep it off the network; there is no fetch of ours in between.
 */
import { X509Certificate } from 'node:crypto';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { errorMessage } from '../core/index.js';
import type { EngineAnswer } from './engine-answer.js';
import { C2paError } from './errors.js';
import { asArray, asObject, asText } from './json.js';
import type { JsonObject } from './json.js';
import { inOrder } from './manifest-order.js';
import { Refusal } from './refusal.js';
import type { SignatureBox } from './signature-box.js';
import { readSignatureBox } from './signature-box.js';

interface NativeAsset {
  buffer: Buffer;
  mimeType: string;
}

/** The part of the package in use (0.8). */
interface NativeReader {
  json(): unknown;
  resourceToAsset(uri: string, target: { buffer: null }): Promise<{ buffer?: Uint8Array | null }>;
}
interface NativePackage {
  Reader: {
    fromAsset(asset: NativeAsset, settings: string): Promise<NativeReader | null>;
    fromManifestDataAndAsset(
      manifest: Buffer,
      asset: NativeAsset,
      settings: string,
    ): Promise<NativeReader>;
  };
}

export interface NativeEngine {
  /** For reports: `c2pa-node 0.8.0`. */
  readonly version: string;
  /**
   * @param manifest the store that came beside the file, if any.
   * @throws Refusal with what the engine says against the file.
   */
  read(
    file: { bytes: Uint8Array; mime: string; manifest?: Uint8Array | undefined },
    settings: string,
  ): Promise<EngineAnswer>;
}

const PACKAGE = '@contentauth/c2pa-node';
const require = createRequire(import.meta.url);
const slot: { loading: Promise<NativeEngine> | undefined } = { loading: undefined };

/** @throws C2paError C2PA_ENGINE when the package is not installed or does not load on this machine. */
export function nativeEngine(): Promise<NativeEngine> {
  slot.loading ??= load().catch((cause: unknown) => {
    slot.loading = undefined;
    throw new C2paError({
      code: 'C2PA_ENGINE',
      message: `the native engine cannot be used: ${errorMessage(cause).split('\n')[0]}; install ${PACKAGE}@0.8.0, or use the one that is built in`,
      cause,
    });
  });
  return slot.loading;
}

async function load(): Promise<NativeEngine> {
  const { version } = require(`${PACKAGE}/package.json`) as { version: string };
  const { Reader } = (await import(pathToFileURL(require.resolve(PACKAGE)).href)) as NativePackage;
  const name = `c2pa-node ${version}`;
  return {
    version: name,
    async read({ bytes, mime, manifest }, settings) {
      const asset = { buffer: Buffer.from(bytes), mimeType: mime };
      let reader: NativeReader | null;
      try {
        reader =
          manifest === undefined
            ? await Reader.fromAsset(asset, settings)
            : await Reader.fromManifestDataAndAsset(Buffer.from(manifest), asset, settings);
      } catch (error) {
        // Its errors carry the code in their name, which their message leaves out.
        throw new Refusal(String(error), name);
      }
      if (reader === null) throw new Refusal('C2pa(JumbfNotFound)', name);
      const store = withLegacyTimestamps(inOrder(asObject(reader.json())));
      const label = asText(store['active_manifest']);
      const signature = label === null ? null : await signatureOf(reader, label);
      return { store, signature, crJson: shown(store, label, signature) };
    },
  };
}

async function signatureOf(reader: NativeReader, label: string): Promise<SignatureBox | null> {
  const uri = `self#jumbf=/c2pa/${label}`;
  const { buffer } = await reader
    .resourceToAsset(uri, { buffer: null })
    .catch(() => ({ buffer: null }));
  return buffer == null ? null : readSignatureBox(new Uint8Array(buffer), label);
}

/**
 * For claims of version 1 c2pa-rs calls every timestamp authority trusted, on a list or not. Later releases
 * say so with the word "legacy"; 0.90 does not, and must not read as more.
 */
function withLegacyTimestamps(store: JsonObject): JsonObject {
  const label = asText(store['active_manifest']) ?? '';
  const results = asObject(store['validation_results']);
  const active = asObject(results['activeManifest']);
  if (asObject(asObject(store['manifests'])[label])['claim_version'] === 2) return store;
  const success = asArray(active['success'], Infinity)
    .map(asObject)
    .map((status) =>
      status['code'] === 'timeStamp.trusted'
        ? { ...status, explanation: 'legacy timestamp of a claim of version 1' }
        : status,
    );
  const activeManifest = { ...active, success };
  return { ...store, validation_results: { ...results, activeManifest } };
}

/** What the report takes from crJSON: who signed, and when. */
function shown(store: JsonObject, label: string | null, box: SignatureBox | null): JsonObject {
  const manifest = asObject(asObject(store['manifests'])[label ?? '']);
  const info = asObject(manifest['signature_info']);
  const der = box?.chain[0];
  const certificateInfo = der === undefined ? {} : names(der);
  const timeStampInfo = { timestamp: info['time'] ?? null };
  return { manifests: [{ label, signature: { certificateInfo, timeStampInfo } }] };
}

function names(der: Uint8Array): JsonObject {
  try {
    const { subject, issuer } = new X509Certificate(der);
    // One `TYPE=value` a line; the types that crJSON shows.
    const parts = (name: string): JsonObject =>
      Object.fromEntries(
        name
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)])
          .filter(([type]) => /^(CN|OU|O|L|ST|C)$/.test(type!)),
      ) as JsonObject;
    return { subject: parts(subject), issuer: parts(issuer) };
  } catch {
    return {};
  }
}
