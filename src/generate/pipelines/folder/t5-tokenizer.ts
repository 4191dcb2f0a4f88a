/** T5's tokenizer.json, filled up to the length that the pipeline reads. */
import type { ModelFolder } from '../../../onnx/index.js';
import { createPromptTokenizer } from '../../tokenizer.js';
import type { PromptTokenizer } from '../../tokenizer.js';
import { badFolder, readConfig } from './configs.js';

/** @param longest what diffusers reads of this family; the tokenizer may allow less */
export async function readT5Tokenizer(
  folder: ModelFolder,
  part: string,
  longest: number,
): Promise<PromptTokenizer> {
  const json = await readConfig(folder, `${part}/tokenizer.json`);
  if (json === undefined) {
    throw badFolder(
      folder,
      `${part} has no tokenizer.json: save the tokenizer once more as a fast one, ` +
        'AutoTokenizer.from_pretrained(..., use_fast=True).save_pretrained(...)',
    );
  }
  const config = await readConfig(folder, `${part}/tokenizer_config.json`);
  const length = config?.['model_max_length'];
  const maxTokens = typeof length === 'number' && length >= 2 ? Math.min(length, longest) : longest;
  return createPromptTokenizer(json, { maxTokens, padId: 0 });
}
