/** What the marking verbs leave in the registry, before anybody sees the file. */
import { X509Certificate } from 'node:crypto';
import type { DeclaredSoftBinding, Signer } from '../c2pa/index.js';
import { activeManifestLabel } from '../c2pa/index.js';
import { sha256Hex, systemClock } from '../core/index.js';
import type { Pixels } from '../image/index.js';
import { fingerprintOf } from '../image/index.js';
import type { RegistryRecord } from '../registry/index.js';
import { RegistryError } from '../registry/index.js';
import type { Issuer } from './identity.js';
import { TOOL } from './version.js';

export interface Remembered {
  /** The finished file and its type. */
  bytes: Uint8Array;
  mime: string;
  manifest: Uint8Array;
  /** Null where they cannot be decoded. */
  pixels: Pixels | null;
  bindings: readonly DeclaredSoftBinding[];
  origin: RegistryRecord['origin'];
}

/**
 * When it resolves the record is on disk, so a file that is written afterwards is never one that the registry does
 * not know. The other way round may happen: a record of a file that was not written does no harm.
 *
 * @returns id of the manifest, null without a registry.
 * @throws RegistryError
 */
export async function remember(issuer: Issuer, made: Remembered): Promise<string | null> {
  const { registry, signer, clock = systemClock } = issuer;
  if (registry === undefined) return null;
  const { bytes, mime, manifest, pixels, bindings, origin } = made;
  const id = activeManifestLabel(manifest);
  if (id === null) {
    throw new RegistryError({
      code: 'REGISTRY_FAILED',
      message: 'the new manifest has no label by which a registry could name it',
    });
  }
  await registry.put({
    id,
    time: clock.now().toISOString(),
    signer: subjectOf(signer),
    origin,
    generator: `${TOOL.name}/${TOOL.version}`,
    asset: {
      sha256: sha256Hex(bytes),
      mime,
      bytes: bytes.length,
      width: pixels?.width ?? null,
      height: pixels?.height ?? null,
    },
    fingerprint: pixels === null ? null : await fingerprintOf(pixels),
    bindings: bindings.map(({ alg, value }) => ({ alg, value })),
    manifest,
  });
  return id;
}

const MAX_SUBJECT = 500;

/** Common name first, on one line. */
function subjectOf({ chain }: Signer): string | null {
  const [own] = chain;
  if (own === undefined) return null;
  const parts = new X509Certificate(own).subject.split('\n').filter((part) => part !== '');
  return parts.length === 0 ? null : parts.reverse().join(', ').slice(0, MAX_SUBJECT);
}
