/** The tables, as Kysely types them. What makes them is in migrations.ts. */
import type { Generated } from 'kysely';
import type { BandName } from './bands.js';

export interface ManifestTable {
  /** In the order of arrival. */
  seq: Generated<number>;
  id: string;
  /** SQLite answers ArrayBuffer, PostgreSQL Buffer. */
  manifest: Uint8Array;
  manifest_sha256: string;
  manifest_bytes: number;
  time: string;
  signer: string | null;
  origin: string | null;
  generator: string | null;
  asset_sha256: string | null;
  asset_mime: string | null;
  asset_bytes: number | null;
  width: number | null;
  height: number | null;
  fingerprint: string | null;
  quality: number | null;
}

export interface BindingTable {
  alg: string;
  value: string;
  seq: number;
}

/** Only fingerprints that are worth a search. */
export type FingerprintTable = { seq: number; hash: Uint8Array } & Record<BandName, number>;

export interface RegistryTables {
  imprint_manifest: ManifestTable;
  imprint_binding: BindingTable;
  imprint_fingerprint: FingerprintTable;
}
