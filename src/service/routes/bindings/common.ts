/** What the operations of the Soft Binding Resolution API share. */
import { z } from 'zod';

/** Version of the C2PA specification whose paths are served. */
export const SPECIFICATION = '2.4.0';
export const TAG = 'Soft binding resolution';
/** The PDQ hash of the registry (docs/registry.md). */
export const FINGERPRINT_ALG = 'io.github.imprint.pdq.1';
export const FETCH_SCOPE = 'fetch:manifests' as const;

export const alg = z.string().min(1).max(200);
export const binding = z.strictObject({
  alg,
  value: z.string().min(1).max(100_000).meta({ description: 'base64' }),
});
