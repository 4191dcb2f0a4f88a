/**
 * The words that reference code of image generators writes with the dwtDct method of the Python package
 * invisible-watermark. All are public, so a match names the code that could have written it, not who did.
 */

export type ForeignFamily =
  'stable-diffusion-1' | 'stable-diffusion-2' | 'stable-diffusion-xl' | 'flux';

export interface ForeignPayload {
  readonly family: ForeignFamily;
  /** For people. */
  readonly name: string;
  /** As published: text, or hexadecimal digits. */
  readonly payload: string;
  /** Bits in the order of writing, each 0 or 1. */
  readonly bits: Uint8Array;
}

export const FOREIGN_PAYLOADS: readonly ForeignPayload[] = [
  // CompVis/stable-diffusion, scripts/txt2img.py: 136 bits.
  text('stable-diffusion-1', 'Stable Diffusion 1', 'StableDiffusionV1'),
  // Stability-AI/stablediffusion, scripts/txt2img.py: 32 bits.
  text('stable-diffusion-2', 'Stable Diffusion 2', 'SDV2'),
  // Stability-AI/generative-models and the SDXL pipelines of diffusers: 48 bits.
  number('stable-diffusion-xl', 'Stable Diffusion XL', 'b3ec907bb19e', 48),
  // black-forest-labs/flux and flux2 print the number with `bin`, which drops its two leading zeros: 46 bits.
  number('flux', 'FLUX', '2afe879cf52e', 46),
  // The same message with the zeros kept, as ports that repair this write it.
  number('flux', 'FLUX', '2afe879cf52e', 48),
];

function text(family: ForeignFamily, name: string, payload: string): ForeignPayload {
  const bits = [...payload].flatMap((letter) => bitsOf(BigInt(letter.charCodeAt(0)), 8));
  return { family, name, payload, bits: Uint8Array.from(bits) };
}

function number(
  family: ForeignFamily,
  name: string,
  payload: string,
  length: number,
): ForeignPayload {
  return { family, name, payload, bits: Uint8Array.from(bitsOf(BigInt(`0x${payload}`), length)) };
}

/** The lowest `length` bits of `value`, highest first. */
function bitsOf(value: bigint, length: number): number[] {
  return Array.from({ length }, (_, i) => Number((value >> BigInt(length - 1 - i)) & 1n));
}
