/** The engine's settings (c2pa-rs `settings`, JSON), and what of them a caller chooses. */
import { KEY_PURPOSE } from './certificates.js';

/** A named set of certificates that are believed. */
export interface TrustList {
  /** Shown in the report as `signer.list`. */
  readonly name: string;
  /** PEM of root or intermediate certificates, for signers and timestamp authorities alike. */
  readonly anchorsPem: string;
  /** When it was issued, RFC 3339, for the report. Default: not known. */
  readonly date?: string;
  /** Hash of the list as its user knows it, for the report. Default: that of `anchorsPem`. */
  readonly sha256?: string;
  /** Extended key usages that the list asks for besides the usual ones, as dotted OIDs. Default: none. */
  readonly keyUsages?: readonly string[];
}

export interface TrustSettings {
  /** Default: none, so that every signer is `untrusted`. */
  lists?: readonly TrustList[];
  /** Extended key usages accepted besides the usual ones, as dotted OIDs. Default: none. */
  keyUsages?: readonly string[];
  /** Names of soft binding algorithms that are known. Default: none. */
  softBindingAlgorithms?: readonly string[];
}

/** Without an explicit list the published WASM accepts e-mail protection alone. */
const KEY_USAGES = Object.values(KEY_PURPOSE);
const MAX_DECOMPRESSED_MIB = 32;

/** Everything that reads: offline, with trust as given. */
export function readSettings(trust: TrustSettings = {}, fetchRemote = false): string {
  const lists = trust.lists ?? [];
  const usages = lists.flatMap((list) => list.keyUsages ?? []);
  const config = [...new Set([...KEY_USAGES, ...usages, ...(trust.keyUsages ?? [])])].join('\n');
  return JSON.stringify({
    version: 1,
    trust: {
      user_anchors: lists.map((list) => list.anchorsPem).join('\n') || null,
      trust_config: config,
    },
    cawg_trust: { verify_trust_list: true },
    core: {
      // With a manifest at hand the engine may ask for it by whatever address the file names; it
      // still reaches no network, because its fetch is ours (host.ts).
      allowed_network_hosts: fetchRemote ? null : [],
      allow_redirects: false,
      max_decompressed_manifest_size_in_mb: MAX_DECOMPRESSED_MIB,
    },
    verify: {
      verify_after_reading: true,
      verify_trust: true,
      verify_timestamp_trust: true,
      ocsp_fetch: false,
      remote_manifest_fetch: fetchRemote,
    },
    soft_binding: { soft_binding_algorithms: trust.softBindingAlgorithms ?? [] },
  });
}

/** Signing: the result is read back by the engine before it is handed out; trust is not its business. */
export function signSettings(softBindingAlgorithms: readonly string[]): string {
  return JSON.stringify({
    version: 1,
    trust: { trust_config: KEY_USAGES.join('\n') },
    core: { allowed_network_hosts: [], allow_redirects: false },
    verify: {
      verify_after_sign: true,
      verify_trust: false,
      ocsp_fetch: false,
      remote_manifest_fetch: false,
    },
    soft_binding: { soft_binding_algorithms: softBindingAlgorithms },
    builder: {
      created_assertion_labels: ['c2pa.actions.v2', 'c2pa.soft-binding', 'c2pa.ai-disclosure'],
      thumbnail: { enabled: false },
      actions: { auto_created_action: { enabled: false } },
    },
  });
}
