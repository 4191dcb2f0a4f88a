/** Small pieces of manifest definitions (C2PA 2.4; JSON in the form of c2pa-rs). */
export type Json = Readonly<Record<string, unknown>>;

/** Stands in `claim_generator_info`; the Conformance Program accepts 2.2 and 2.4 only. */
export const SPEC_VERSION = '2.4.0';
export const SOURCE_TYPE = 'http://cv.iptc.org/newscodes/digitalsourcetype/';
/** Label of the image that was opened, or that guided this one. */
export const PARENT_LABEL = 'parent';

/** RFC 3339 in UTC, whole seconds. */
export const isoSeconds = (time: Date): string => time.toISOString().replace(/\.\d+Z$/, 'Z');

/** An assertion that the signing software vouches for. */
export const created = (label: string, data: Json): Json => ({ label, created: true, data });

/** `c2pa.opened` of the parent. It must not carry a digitalSourceType (Conformance Program 0.2). */
export const openedAction = (when: Date): Json => ({
  action: 'c2pa.opened',
  when: isoSeconds(when),
  parameters: { ingredientIds: [PARENT_LABEL] },
});
