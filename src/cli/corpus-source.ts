/** What a corpus is drawn by: a family that needs no words, or the bundled model and its prompts. */
import type { Generator, ModelStore } from '../provenance/index.js';
import {
  CONSISTENCY,
  corpusPrompts,
  createFamilyGenerator,
  createGenerator,
  familyOf,
  TURBO_PIPELINE,
} from '../provenance/index.js';

export interface CorpusSource {
  readonly generator: Generator;
  /** By seed, beginning anew where the list ends; undefined for a family that takes none. */
  readonly promptOf: (seed: number) => string | undefined;
}

/** @throws GenerateError GENERATE_OPTION for an unknown family. */
export async function corpusSource(name: string, models: ModelStore): Promise<CorpusSource> {
  const family = familyOf(name);
  if (family.load !== undefined) {
    const generator = createFamilyGenerator({ models, family: name });
    return { generator, promptOf: () => undefined };
  }
  const prompts = await corpusPrompts(models);
  const generator = createGenerator({
    models,
    ...(name === CONSISTENCY ? { pipeline: TURBO_PIPELINE } : {}),
  });
  return { generator, promptOf: (seed) => prompts[seed % prompts.length]! };
}
