/** Records as rows and back. */
import type { Insertable, Selectable } from 'kysely';
import { sha256Hex } from '../core/index.js';
import type { Binding, NewRecord, RegistryRecord } from './registry.js';
import type { ManifestTable } from './schema.js';

/** Everything but the manifest's bytes. */
export const RECORD_COLUMNS = [
  'imprint_manifest.seq',
  'id',
  'manifest_sha256',
  'manifest_bytes',
  'time',
  'signer',
  'origin',
  'generator',
  'asset_sha256',
  'asset_mime',
  'asset_bytes',
  'width',
  'height',
  'fingerprint',
  'quality',
] as const;

export type RecordRow = Omit<Selectable<ManifestTable>, 'manifest'>;

export function toRow(record: NewRecord): Insertable<ManifestTable> {
  const { asset, fingerprint, manifest } = record;
  return {
    id: record.id,
    manifest: Buffer.from(manifest.buffer, manifest.byteOffset, manifest.length),
    manifest_sha256: sha256Hex(manifest),
    manifest_bytes: manifest.length,
    time: new Date(record.time).toISOString(),
    signer: record.signer,
    origin: record.origin,
    generator: record.generator,
    asset_sha256: asset?.sha256 ?? null,
    asset_mime: asset?.mime ?? null,
    asset_bytes: asset?.bytes ?? null,
    width: asset?.width ?? null,
    height: asset?.height ?? null,
    fingerprint: fingerprint?.hash ?? null,
    quality: fingerprint?.quality ?? null,
  };
}

export function toRecord(row: RecordRow, bindings: Binding[]): RegistryRecord {
  const { asset_sha256: sha256, fingerprint: hash } = row;
  return {
    id: row.id,
    time: row.time,
    signer: row.signer,
    origin: row.origin as RegistryRecord['origin'],
    generator: row.generator,
    asset:
      sha256 === null
        ? null
        : {
            sha256,
            mime: row.asset_mime ?? '',
            bytes: row.asset_bytes ?? 0,
            width: row.width,
            height: row.height,
          },
    fingerprint: hash === null ? null : { hash, quality: row.quality ?? 0 },
    bindings,
    manifest: { sha256: row.manifest_sha256, bytes: row.manifest_bytes },
  };
}
