/** Who marks and signs: everything that `generateMarked` and `mark` take besides the image. */
import type { Signer, TimestampSource } from '../c2pa/index.js';
import type { Clock } from '../core/index.js';
import type { Registry } from '../registry/index.js';
import type { WatermarkKey } from '../watermark/index.js';

export interface Issuer {
  signer: Signer;
  /** Default: none; the result then warns that the signature ends with the certificate. */
  timestamp?: TimestampSource;
  /** Watermark key. Default: the public key, with which anyone can read and make marks. */
  key?: WatermarkKey;
  /** Remembers every file before it is returned (docs/registry.md). Default: none. */
  registry?: Registry;
  /** Dates the manifest. Default: the system's. */
  clock?: Clock;
}

/**
 * Asked before an image is made or marked, which may take minutes. An optional timestamp authority that is
 * away only costs the timestamp, later.
 *
 * @throws C2paError C2PA_SIGNER, C2PA_TIMESTAMP
 */
export async function assertReady({ signer, timestamp }: Issuer): Promise<void> {
  await signer.ready?.();
  if (timestamp?.optional !== true) await timestamp?.ready?.();
}

/** Name and version of this package, for manifests and reports. */
export interface ToolInfo {
  name: string;
  version: string;
}
