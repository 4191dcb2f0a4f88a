/**
 * Settings of a generator that are safe to show. Values come from the file, so each must look like
 * what its name says: a seed is digits, a model is the last part of its path (the rest may name a
 * user), and a text that is anything else, or holds an address, is dropped rather than printed.
 */
import { printable } from '../../../core/index.js';
import { isPrivate } from './personal.js';

export interface Parameter {
  name: ParameterName;
  value: string;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} .,+_:()[\]&#!'@-]{0,79}$/u;
const NUMBER = /^-?\d{1,20}(?:\.\d{1,12})?(?:[eE][-+]?\d{1,3})?$/;
const HASH = /^(?:0x)?[0-9a-f]{6,64}$/i;
const WORD = /^[\w.+-]{1,40}(?: [\w.+()-]{1,40}){0,5}$/;

const SHAPES = {
  Tool: NAME,
  Version: /^[\w.+-]{1,60}(?: [\w.+()-]{1,30})?$/,
  Model: NAME,
  'Model hash': HASH,
  VAE: NAME,
  Sampler: WORD,
  Scheduler: WORD,
  Steps: /^\d{1,5}$/,
  'CFG scale': NUMBER,
  Seed: /^-?\d{1,20}$/,
  Size: /^\d{1,5}x\d{1,5}$/,
  'Denoising strength': NUMBER,
  Operation: WORD,
  Upscaler: NAME,
  Label: /^\d$/,
  Producer: NAME,
} as const satisfies Record<string, RegExp>;

export type ParameterName = keyof typeof SHAPES;

/** In the order of `raw`; what is missing or does not look like its name is left out. */
export function parameters(raw: Partial<Record<ParameterName, unknown>>): Parameter[] {
  return Object.entries(raw).flatMap(([key, given]) => {
    const name = key as ParameterName;
    const text = toText(given);
    if (text === null) return [];
    const value = name === 'Model' || name === 'VAE' ? fileName(text) : text;
    return SHAPES[name].test(value) && !isPrivate(value)
      ? [{ name, value: printable(value, 80) }]
      : [];
  });
}

function toText(value: unknown): string | null {
  // JSON has lost digits of an integer beyond 2^53; a wrong seed is worse than none.
  if (typeof value === 'number') {
    return Number.isInteger(value) && !Number.isSafeInteger(value) ? null : String(value);
  }
  if (typeof value !== 'string' || value.length > 1000) return null;
  const trimmed = value.trim();
  return trimmed === '' || trimmed === 'None' ? null : trimmed;
}

/** Last part of a path; folders are the user's own. */
export function fileName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}

/** `512x768`, when both are sides of a picture. */
export function sizeOf(width: unknown, height: unknown): string | undefined {
  return typeof width === 'number' && typeof height === 'number' ? `${width}x${height}` : undefined;
}
