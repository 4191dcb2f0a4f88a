/** Through the bundled auto-encoder and back, as regeneration attacks begin and end. */
import { createPixels, cropPixels, type Pixels } from '../../../src/image/index.js';
import { createModelStore, type ModelStore } from '../../../src/onnx/index.js';
import type { Attack } from './attack.js';

/** Downscale of the latent: sides must be multiples of it. */
const STEP = 8;
let store: ModelStore | undefined;

export async function regenerated(image: Pixels): Promise<Pixels> {
  store ??= createModelStore({ threads: 1 });
  const encoder = await store.load('vae-encoder');
  const decoder = await store.load('vae-decoder');
  const width = image.width - (image.width % STEP);
  const height = image.height - (image.height % STEP);
  const { data } = cropPixels(image, 0, 0, width, height);
  const plane = width * height;
  const planar = new Float32Array(3 * plane);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) planar[c * plane + i] = data[i * 3 + c]! / 127.5 - 1;
  }
  const { latent } = await encoder.run({ image: { data: planar, dims: [1, 3, height, width] } });
  const { image: decoded } = await decoder.run({ latent: latent! });
  if (!(decoded?.data instanceof Float32Array) || decoded.data.length !== planar.length) {
    throw new Error('the decoder of the bundled model gave another size than the encoder took');
  }
  const out = createPixels(width, height, 3);
  for (let i = 0; i < plane; i++) {
    for (let c = 0; c < 3; c++) out.data[i * 3 + c] = (decoded.data[c * plane + i]! + 1) * 127.5;
  }
  return out;
}

export const REGENERATION: readonly Attack[] = [
  {
    name: 'auto-encoder round trip',
    group: 'regeneration',
    category: 'combined',
    run: regenerated,
  },
];
