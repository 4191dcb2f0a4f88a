/** Variational auto-encoder (Kingma & Welling 2013, arXiv:1312.6114): samples of the prior, pictures made again, and ways between them. */
import { createTorchNormals } from '../../core/index.js';
import type { OnnxModel } from '../../onnx/index.js';
import { turnToward } from '../mix.js';
import { toUnitRange } from '../planar.js';
import type { DrawRequest, Family, FamilyModel } from './family.js';
import { walks } from './exhibit.js';
import { runOne, shapeOf, valuesOf } from './graph.js';
import { signedSquare } from './square.js';

export const VAE: Family = {
  name: 'vae',
  title: 'variational auto-encoder',
  models: ['family-vae-decoder', 'family-vae-encoder'],
  takes: ['init', 'interpolate'],
  exhibit: walks,
  async load(store) {
    const [decoder, encoder] = await Promise.all([
      store.load('family-vae-decoder'),
      store.load('family-vae-encoder'),
    ]);
    return vaeOf(encoder, decoder);
  },
};

function vaeOf(encoder: OnnxModel, decoder: OnnxModel): FamilyModel {
  const size = valuesOf(shapeOf(decoder, 'inputs', 'latent'));
  const [, height, width] = shapeOf(decoder, 'outputs', 'image') as [number, number, number];

  const begin = async ({ seed, init }: DrawRequest): Promise<Float32Array> => {
    if (init === undefined) return createTorchNormals(seed)(size);
    const image = await signedSquare(init, width);
    return (await runOne(encoder, { image }, ['mean'])).mean;
  };

  return {
    models: [decoder, encoder],
    side: width,
    async draw(request) {
      const { toward, onStep } = request;
      onStep('decode', 0, 1);
      const latent = await begin(request);
      if (toward?.seed !== undefined) {
        turnToward(latent, createTorchNormals(toward.seed)(size), toward.share);
      }
      const { image } = await runOne(decoder, { latent }, ['image']);
      onStep('decode', 1, 1);
      return {
        image: toUnitRange({ data: image, width, height }),
        settings: {},
        scheduler: 'none',
        steps: 1,
      };
    },
  };
}
