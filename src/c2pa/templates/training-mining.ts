/** What others may do with the image: `cawg.training-mining` (CAWG Training and Data Mining 1.1). */
import { assertOneOf } from '../../core/index.js';
import { created } from './parts.js';
import type { Json } from './parts.js';
import { assertPlainText } from './text.js';

/** One answer for all four uses; `constrained` says under which terms. */
export type TrainingMining = 'notAllowed' | 'allowed' | { constrained: string };

const KINDS = ['ai_training', 'ai_generative_training', 'ai_inference', 'data_mining'] as const;

/** @throws RangeError for another answer, or terms that are no plain text. */
export function trainingMiningAssertion(answer: TrainingMining): Json {
  let entry: Json;
  if (typeof answer === 'object') {
    assertPlainText(answer.constrained, 'constrained');
    entry = { use: 'constrained', constraint_info: answer.constrained };
  } else {
    assertOneOf(answer, 'trainingMining', ['notAllowed', 'allowed']);
    entry = { use: answer };
  }
  return created('cawg.training-mining', {
    entries: Object.fromEntries(KINDS.map((kind) => [`cawg.${kind}`, entry])),
  });
}
