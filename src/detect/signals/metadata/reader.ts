/** A metadata reader knows the marks that one tool, vendor or standard leaves. */
import type { Evidence } from '../../evidence.js';
import type { MetadataView } from './view.js';

export interface MetadataReader {
  id: string;
  /** Evidence in the order found; empty when the tool left nothing. Never throws. */
  read(view: MetadataView): Evidence[];
}

/** One reader per file, one line in `readers/index.ts`. */
export function defineReader(reader: MetadataReader): MetadataReader {
  return reader;
}

/** The object in `text`, or null: JSON from a file is never trusted to parse or to be an object. */
export function parseJsonObject(text: string): Record<string, unknown> | null {
  if (!/^\s*\{/.test(text)) return null;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}

/** Natural-log likelihood ratios by kind of finding; set by judgement, not yet fitted on data. */
export const METADATA_LLR = {
  /** A generator's own data structure. Nobody adds a ComfyUI graph to a photograph by accident. */
  structural: 7,
  /** An unsigned label that says "AI". Easily written, but rarely written falsely. */
  declared: 4,
  /** Camera tags with a Maker Note: typical of a camera, and copied in a second. */
  camera: -1,
} as const;
