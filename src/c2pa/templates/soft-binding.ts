/** The watermark in the manifest: what was done (an action) and how to find it (an assertion). */
import { created, isoSeconds } from './parts.js';
import type { Json } from './parts.js';
import type { SoftBinding } from './types.js';

/**
 * C2PA 2.4 wants `relatedAssertions` here, "should"; the engine salts every assertion anew when it
 * builds, so that a hash of the soft binding cannot be known beforehand.
 */
export const watermarkAction = (binding: SoftBinding, when: Date): Json => ({
  action: 'c2pa.watermarked.bound',
  when: isoSeconds(when),
  softwareAgent: { name: binding.name, version: binding.version },
  description: 'Invisible watermark embedded',
});

/** A mark that tells where an image is from and leads to no manifest (C2PA 2.3). */
export const unboundMarkAction = (mark: { name: string; version: string }, when: Date): Json => ({
  action: 'c2pa.watermarked.unbound',
  when: isoSeconds(when),
  softwareAgent: mark,
  description: 'Invisible watermark in the noise that the image was drawn from',
});

/**
 * `value` and `alg-params` are byte strings in the specification (2.4 section 18.10) and text in the
 * files that others write; the engine writes text only. The scope is the whole image.
 */
export function softBindingAssertion({ alg, name, value, keyId }: SoftBinding): Json {
  return created('c2pa.soft-binding', {
    alg,
    name,
    ...(keyId === undefined ? {} : { 'alg-params': `key=${keyId}` }),
    blocks: [{ scope: {}, value }],
    pad: [],
  });
}
