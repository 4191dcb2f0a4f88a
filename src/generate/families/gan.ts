/** Style-based GAN (Karras et al. 2019, arXiv:1812.04948): a mapping network, styles layer by layer, mixing and truncation. */
import { assertInteger, assertNumber, createTorchNormals } from '../../core/index.js';
import type { OnnxModel } from '../../onnx/index.js';
import { toUnitRange } from '../planar.js';
import type { Family, FamilyModel } from './family.js';
import { styleTable } from './exhibit.js';
import { runOne, shapeOf } from './graph.js';

const TRUNCATION = 0.8;

export const GAN: Family = {
  name: 'gan',
  title: 'style-based generative adversarial network',
  models: ['family-gan-synthesis', 'family-gan-mapping'],
  takes: ['mix', 'truncation'],
  exhibit: styleTable,
  async load(store) {
    const [synthesis, mapping] = await Promise.all([
      store.load('family-gan-synthesis'),
      store.load('family-gan-mapping'),
    ]);
    return ganOf(mapping, synthesis);
  },
};

function ganOf(mapping: OnnxModel, synthesis: OnnxModel): FamilyModel {
  const [layers, size] = shapeOf(synthesis, 'inputs', 'styles') as [number, number];
  const [, height, width] = shapeOf(synthesis, 'outputs', 'image') as [number, number, number];

  const styleOf = async (seed: number, truncation: number): Promise<Float32Array> => {
    const z = createTorchNormals(seed)(size);
    const inputs = { z, truncation: Float32Array.of(truncation) };
    return (await runOne(mapping, inputs, ['style'])).style;
  };

  return {
    models: [synthesis, mapping],
    side: width,
    async draw({ seed, mix, truncation = TRUNCATION, onStep }) {
      assertNumber(truncation, 'truncation', 0, 1);
      if (mix !== undefined) assertInteger(mix.layer, 'mix.layer', 1, layers - 1);
      onStep('decode', 0, 1);
      const styles = new Float32Array(layers * size);
      const own = await styleOf(seed, truncation);
      const other = mix === undefined ? own : await styleOf(mix.seed, truncation);
      for (let layer = 0; layer < layers; layer++) {
        styles.set(mix !== undefined && layer >= mix.layer ? other : own, layer * size);
      }
      const { image } = await runOne(synthesis, { styles }, ['image']);
      onStep('decode', 1, 1);
      return {
        image: toUnitRange({ data: image, width, height }),
        settings: {
          truncation,
          ...(mix === undefined ? {} : { mixSeed: mix.seed, mixLayer: mix.layer }),
        },
        scheduler: 'none',
        steps: 1,
      };
    },
  };
}
