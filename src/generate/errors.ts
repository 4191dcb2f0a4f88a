import { ImprintError } from '../core/index.js';

/**
 * - `GENERATE_PROMPT_EMPTY`: nothing to draw.
 * - `GENERATE_PROMPT_UNREADABLE`: nothing in the prompt is in a script that the model has learnt.
 * - `GENERATE_PROMPT_TOO_LONG`: more tokens than the text encoder reads; nothing is cut silently.
 * - `GENERATE_OPTION`: a value that this pipeline cannot honour (a shape, a scheduler setting).
 * - `GENERATE_PIPELINE_INVALID`: the description of the pipeline or its tokenizer breaks a rule.
 * - `GENERATE_NAN`: a model returned something that is no number.
 * - `GENERATE_ABORTED`: the caller's signal stopped the work.
 */
export type GenerateErrorCode =
  | 'GENERATE_PROMPT_EMPTY'
  | 'GENERATE_PROMPT_UNREADABLE'
  | 'GENERATE_PROMPT_TOO_LONG'
  | 'GENERATE_OPTION'
  | 'GENERATE_PIPELINE_INVALID'
  | 'GENERATE_NAN'
  | 'GENERATE_ABORTED';

export class GenerateError extends ImprintError<GenerateErrorCode> {}

/** A value that the pipeline cannot honour. */
export function optionError(message: string): GenerateError {
  return new GenerateError({ code: 'GENERATE_OPTION', message });
}
