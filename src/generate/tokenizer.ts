/** Prompt -> token ids, by the tokenizer.json that the model was trained with. */
import { Tokenizer } from '@huggingface/tokenizers';
import { errorMessage, printable } from '../core/index.js';
import { GenerateError } from './errors.js';

/** The library's published types do not resolve under NodeNext; this is the part that is used. */
interface EncodesText {
  encode(text: string): { ids: number[] };
}
const TextTokenizer = Tokenizer as unknown as new (json: object, config: object) => EncodesText;

/** Far above any text encoder's limit; stops absurd input before it costs time. */
const CHARACTERS_MAX = 20_000;
/* eslint-disable-next-line no-control-regex -- control characters are what this finds */
const CONTROL_OR_SPACE = /[\u0000-\u001f\u007f-\u009f\s]+/gu;
const LONE_SURROGATE = /\p{Surrogate}/gu;

export interface TokenizerOptions {
  /** Tokens that the text encoder reads, markers of beginning and end included. */
  readonly maxTokens: number;
  /** Id that fills the rest. */
  readonly padId: number;
}

export interface TokenizedPrompt {
  /** `maxTokens` ids, padded at the end. */
  readonly ids: number[];
  /** 1 where `ids` holds the prompt, 0 where it is padding. */
  readonly mask: number[];
}

export interface PromptTokenizer {
  readonly maxTokens: number;
  /**
   * @throws GenerateError GENERATE_PROMPT_TOO_LONG with the count and the limit; a prompt is never cut.
   */
  encode(prompt: string): TokenizedPrompt;
}

/**
 * @param json the parsed tokenizer.json
 * @throws GenerateError GENERATE_PIPELINE_INVALID when it is no tokenizer.
 */
export function createPromptTokenizer(json: unknown, options: TokenizerOptions): PromptTokenizer {
  const { maxTokens, padId } = options;
  let tokenizer: EncodesText;
  try {
    // Without the list of added tokens a user's "</s>" is five characters and not a control token.
    tokenizer = new TextTokenizer({ ...(json as object), added_tokens: [] }, {});
    tokenizer.encode('a');
  } catch (cause) {
    throw new GenerateError({
      code: 'GENERATE_PIPELINE_INVALID',
      message: `the tokenizer of the model cannot be used: ${errorMessage(cause)}`,
      cause,
    });
  }
  return {
    maxTokens,
    encode(prompt) {
      if (prompt.length > CHARACTERS_MAX) {
        throw tooLong(
          prompt,
          `${prompt.length} characters`,
          `${maxTokens} tokens (some ${maxTokens * 4} characters)`,
        );
      }
      const { ids } = tokenizer.encode(cleanPrompt(prompt));
      if (ids.length > maxTokens) throw tooLong(prompt, `${ids.length} tokens`, `${maxTokens}`);
      const padding = new Array<number>(maxTokens - ids.length);
      return {
        ids: [...ids, ...padding.fill(padId)],
        mask: [...ids.map(() => 1), ...padding.fill(0)],
      };
    },
  };
}

/** `prompt` on one line: control characters and runs of white space become one space. */
export function cleanPrompt(prompt: string): string {
  return prompt.replace(LONE_SURROGATE, '\ufffd').replace(CONTROL_OR_SPACE, ' ').trim();
}

function tooLong(prompt: string, count: string, limit: string): GenerateError {
  return new GenerateError({
    code: 'GENERATE_PROMPT_TOO_LONG',
    message:
      `the prompt "${printable(prompt, 40)}" has ${count}, the model reads at most ${limit}: ` +
      'shorten it (nothing is cut silently)',
  });
}
