/** The U channel as the writers of dwtDct marks computed it (OpenCV's COLOR_BGR2YUV, BT.601). */
import type { Pixels } from '../../image/index.js';

/**
 * How the writer saw the picture. `swapped`: red and blue changed places, because RGB was handed to code
 * that expects BGR (early SDXL pipelines of diffusers). `arithmetic`: scripts for Stable Diffusion 1 and 2
 * mark 8-bit arrays, where U is rounded and lies around 128; SDXL and FLUX code marks float arrays, where it
 * lies around 0.5. The quantiser works on magnitudes, so a mark made in one reads as noise in the other
 * wherever U is below grey.
 */
export interface Reading {
  readonly swapped: boolean;
  readonly arithmetic: 'bytes' | 'floats';
}

export const READINGS: readonly Reading[] = [
  { swapped: false, arithmetic: 'bytes' },
  { swapped: false, arithmetic: 'floats' },
  { swapped: true, arithmetic: 'bytes' },
  { swapped: true, arithmetic: 'floats' },
];

/** U of the first `out.length` pixels of row `y`. */
export function chromaRow(pixels: Pixels, y: number, reading: Reading, out: Float64Array): void {
  const { data, channels } = pixels;
  const red = reading.swapped ? 2 : 0;
  const blue = 2 - red;
  let at = y * pixels.width * channels;
  if (reading.arithmetic === 'bytes') {
    // OpenCV's fixed point with 14 fractional bits: 0.114, 0.587, 0.299 and 0.492.
    for (let x = 0; x < out.length; x++, at += channels) {
      const b = data[at + blue]!;
      const luma = (b * 1868 + data[at + 1]! * 9617 + data[at + red]! * 4899 + 8192) >> 14;
      out[x] = ((b - luma) * 8061 + (128 << 14) + 8192) >> 14;
    }
    return;
  }
  for (let x = 0; x < out.length; x++, at += channels) {
    const b = data[at + blue]!;
    const luma = b * 0.114 + data[at + 1]! * 0.587 + data[at + red]! * 0.299;
    out[x] = (b - luma) * 0.492 + 0.5;
  }
}
