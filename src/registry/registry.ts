/** What was marked, remembered: the port, and what goes in and comes out. */

/** A value by which others find the manifest in the pixels (C2PA 2.4 section 18.10, soft binding). */
export interface Binding {
  /** Name of the algorithm, as in the soft binding list of C2PA. */
  alg: string;
  /** As the manifest states it. */
  value: string;
}

/** 256-bit PDQ hash. */
export interface StoredFingerprint {
  /** 64 lower-case hex digits. */
  hash: string;
  /** 0..100; below 50 it is kept for comparison and not searched. */
  quality: number;
}

/** The file that was signed. */
export interface StoredAsset {
  /** Lower-case hex. */
  sha256: string;
  mime: string;
  bytes: number;
  /** Pixels; null when they were not decoded. */
  width: number | null;
  height: number | null;
}

/** What is known about one manifest, without its bytes. */
export interface RegistryRecord {
  /** Label of the active manifest, such as `urn:c2pa:...`. */
  id: string;
  /** RFC 3339, UTC. */
  time: string;
  /** Subject of the certificate that signed. */
  signer: string | null;
  /** What the issuer says about the image. */
  origin: 'generated' | 'edited' | 'unstated' | null;
  /** Name and version of the software that made the claim. */
  generator: string | null;
  asset: StoredAsset | null;
  fingerprint: StoredFingerprint | null;
  bindings: Binding[];
  /** Of the manifest store. */
  manifest: { sha256: string; bytes: number };
}

export type NewRecord = Omit<RegistryRecord, 'manifest'> & {
  /** The manifest store (application/c2pa), at most 64 MiB. */
  manifest: Uint8Array;
};

export interface NearRecord {
  record: RegistryRecord;
  /** Differing bits of 256. */
  distance: number;
}

export interface RegistryPage {
  records: RegistryRecord[];
  /** For `before` of the next page; null when this is the last. */
  next: number | null;
}

/**
 * Every method throws RegistryError when the database does not answer, and TypeError or RangeError for arguments
 * that cannot be meant. Lists are newest first.
 */
export interface Registry {
  /** File or server, without secrets, for messages. */
  readonly name: string;
  /**
   * When it resolves the record is on disk. The same record again changes nothing, apart from bindings that are new.
   *
   * @returns false when it was there already.
   * @throws RegistryError REGISTRY_CONFLICT for another manifest under the same id.
   */
  put(record: NewRecord): Promise<boolean>;
  /** @returns false when there is no such manifest. */
  bind(id: string, binding: Binding): Promise<boolean>;
  get(id: string): Promise<RegistryRecord | null>;
  /** The manifest store, checked against its hash; null when there is no such manifest. */
  readManifest(id: string): Promise<Uint8Array | null>;
  /** @param limit 1..1000, default 10 */
  findByBinding(binding: Binding, limit?: number): Promise<RegistryRecord[]>;
  /** @param limit 1..1000, default 10 */
  findByAsset(sha256: string, limit?: number): Promise<RegistryRecord[]>;
  /**
   * All that lie within `radius` bits of `hash`, the nearest first, up to `limit`. Fingerprints of a quality below
   * 50 are not searched. Of more than 20,000 candidates, which takes thousands of copies of one picture, not all
   * are compared.
   *
   * @param hash 64 hex digits
   */
  findNearest(hash: string, options?: { radius?: number; limit?: number }): Promise<NearRecord[]>;
  list(options?: { before?: number; limit?: number }): Promise<RegistryPage>;
  /** With its bindings and its fingerprint. @returns false when there was none. */
  remove(id: string): Promise<boolean>;
  close(): Promise<void>;
}
