/** Prompts for labelled sets: what the bundled model's training never saw word for word (training/families/captions.py). */
import type { ModelStore } from '../../onnx/index.js';
import { GenerateError } from '../errors.js';

const ASSET = 'corpus-prompts';

/** @throws OnnxError, GenerateError GENERATE_PIPELINE_INVALID when it is no list of texts. */
export async function corpusPrompts(models: ModelStore): Promise<readonly string[]> {
  const bytes = await models.readAsset(ASSET);
  const value: unknown = JSON.parse(new TextDecoder().decode(bytes));
  if (Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')) {
    return value;
  }
  throw new GenerateError({
    code: 'GENERATE_PIPELINE_INVALID',
    message: `${ASSET} is no list of prompts: reinstall the package`,
  });
}
