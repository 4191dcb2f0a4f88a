/** Prompts to the token rows that CLIP reads: weighted, and in as many rows as they need. */
import { printable } from '../../../core/index.js';
import { GenerateError } from '../../errors.js';
import { parsePromptWeights } from '../../prompt-weights.js';
import type { ClipTokenizer } from './clip-tokenizer.js';

/** webui and its relatives know no end; this is far above what has an effect, and below what takes minutes. */
const ROWS_MAX = 16;
const CHARACTERS_MAX = 20_000;

export interface WeightedTokens {
  readonly ids: readonly number[];
  readonly weights: readonly number[];
}

export interface TokenRow {
  /** `length` ids: mark, tokens, mark, padding. */
  readonly ids: readonly number[];
  readonly weights: readonly number[];
}

/**
 * @param isWeighted read brackets as weights
 * @throws GenerateError GENERATE_PROMPT_TOO_LONG
 */
export function tokenizePrompt(
  tokenizer: ClipTokenizer,
  prompt: string,
  isWeighted: boolean,
): WeightedTokens {
  const limit = ROWS_MAX * (tokenizer.length - 2);
  if (prompt.length > CHARACTERS_MAX) throw tooLong(prompt, `${prompt.length} characters`, limit);
  const pieces = isWeighted ? parsePromptWeights(prompt) : [{ text: prompt, weight: 1 }];
  const ids: number[] = [];
  const weights: number[] = [];
  for (const { text, weight } of pieces) {
    const tokens = tokenizer.encode(text);
    ids.push(...tokens);
    weights.push(...tokens.map(() => weight));
  }
  if (ids.length > limit) throw tooLong(prompt, `${ids.length} tokens`, limit);
  return { ids, weights };
}

/** How many rows hold all of `tokens`; at least one. */
export function rowsFor(tokenizer: ClipTokenizer, { ids }: WeightedTokens): number {
  return Math.max(1, Math.ceil(ids.length / (tokenizer.length - 2)));
}

/** `rows` rows; those beyond the prompt are empty. */
export function tokenRows(
  tokenizer: ClipTokenizer,
  { ids, weights }: WeightedTokens,
  rows: number,
): TokenRow[] {
  const { length, bos, eos, pad } = tokenizer;
  const content = length - 2;
  return Array.from({ length: rows }, (_, row) => {
    const own = ids.slice(row * content, (row + 1) * content);
    const factors = weights.slice(row * content, (row + 1) * content);
    const rest = content - own.length;
    return {
      ids: [bos, ...own, eos, ...new Array<number>(rest).fill(pad)],
      weights: [1, ...factors, 1, ...new Array<number>(rest).fill(1)],
    };
  });
}

function tooLong(prompt: string, count: string, limit: number): GenerateError {
  return new GenerateError({
    code: 'GENERATE_PROMPT_TOO_LONG',
    message:
      `the prompt "${printable(prompt, 40)}" has ${count}, more than ${limit} tokens are not read: ` +
      'shorten it (nothing is cut silently)',
  });
}
