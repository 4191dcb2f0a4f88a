/** What image-to-image and inpainting do with the picture that is there already. */
import type { ImageSize } from '../../options.js';
import type { PlanarImage } from '../../planar.js';

/** The mask in the resolution of the latent, each value the one of its upper left pixel (as torch's `nearest`). */
export function latentMask(
  mask: Float32Array,
  size: ImageSize,
  [, height, width]: readonly [number, number, number],
): Float32Array {
  const out = new Float32Array(height * width);
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * size.height) / height) * size.width;
    for (let x = 0; x < width; x++) {
      out[y * width + x] = mask[row + Math.floor((x * size.width) / width)]!;
    }
  }
  return out;
}

/** The picture with middle grey where the mask is set, as models that read masks were trained. */
export function withoutMasked(image: PlanarImage, mask: Float32Array): PlanarImage {
  const plane = mask.length;
  return { ...image, data: image.data.map((x, i) => (mask[i % plane]! < 0.5 ? x : 0.5)) };
}
