/** Pictures through the bundled networks: the auto-encoder's decoder and the upscaler. */
import { createPixels, cropPixels, type Pixels } from '../../src/image/index.js';
import { createModelStore, tensorFor, type ModelStore } from '../../src/onnx/index.js';

let opened: ModelStore | null = null;
const store = (): ModelStore => (opened ??= createModelStore({ threads: 2 }));

/** Planes of RGB in `low`..1. */
function planes({ data, width, height }: Pixels, low: -1 | 0): Float32Array {
  const out = new Float32Array(3 * width * height);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      out[c * width * height + i] = low + ((1 - low) * data[3 * i + c]!) / 255;
    }
  }
  return out;
}

function interleaved(values: Float32Array, width: number, height: number, low: -1 | 0): Pixels {
  const out = createPixels(width, height, 3);
  for (let i = 0; i < width * height; i++) {
    for (let c = 0; c < 3; c++) {
      out.data[3 * i + c] = (255 * (values[c * width * height + i]! - low)) / (1 - low);
    }
  }
  return out;
}

async function runOne(name: string, values: Float32Array, shape: number[]): Promise<Float32Array> {
  const model = await store().load(name);
  const input = model.inputs[0]!;
  const result = await model.run({ [input.name]: tensorFor(input, values, shape) });
  return Object.values(result)[0]!.data as Float32Array;
}

/** Encoded and decoded again by the bundled auto-encoder (8 times down and up). */
export async function throughAutoencoder(pixels: Pixels): Promise<Pixels> {
  const width = pixels.width & ~7;
  const height = pixels.height & ~7;
  const part = cropPixels(pixels, 0, 0, width, height);
  const latent = await runOne('vae-encoder', planes(part, -1), [1, 3, height, width]);
  const image = await runOne('vae-decoder', latent, [1, 8, height / 8, width / 8]);
  return interleaved(image, width, height, -1);
}

/** Four times as large by the bundled upscaler. */
export async function upscaled(pixels: Pixels): Promise<Pixels> {
  const { width, height } = pixels;
  const image = await runOne('upscaler-x4', planes(pixels, 0), [1, 3, height, width]);
  return interleaved(image, 4 * width, 4 * height, 0);
}
