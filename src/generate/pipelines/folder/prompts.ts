/** Prompts to what the denoiser reads of them, by family. */
import type { ModelFolder } from '../../../onnx/index.js';
import type { PromptTokenizer } from '../../tokenizer.js';
import { GenerateError } from '../../errors.js';
import { parsePromptWeights } from '../../prompt-weights.js';
import { badFolder } from './configs.js';
import { readClipTokenizer } from './clip-tokenizer.js';
import type { ClipTokenizer } from './clip-tokenizer.js';
import type { Layout } from './layout.js';
import { rowsFor, tokenizePrompt, tokenRows } from './prompt-tokens.js';
import type { WeightedTokens } from './prompt-tokens.js';
import { readT5Tokenizer } from './t5-tokenizer.js';
import { applyWeights, beside, encodeRow, stack } from './text-encoder.js';
import type { Rows } from './text-encoder.js';

/** Tokens that diffusers reads with T5, by family. */
const T5_LENGTH = { sd3: 256, flux: 512 } as const;

export interface EncodedPrompts {
  /** One for each prompt, all of the same shape. */
  readonly hidden: readonly Rows[];
  readonly pooled: readonly Float32Array[] | undefined;
}

export interface PromptEncoder {
  encode(prompts: readonly string[]): Promise<EncodedPrompts>;
  warnings(prompts: readonly string[]): string[];
}

export interface PromptOptions {
  /** Read `(word:1.2)` as a weight. */
  readonly promptWeights: boolean;
}

export async function createPromptEncoder(
  folder: ModelFolder,
  layout: Layout,
  options: PromptOptions,
): Promise<PromptEncoder> {
  if (layout.family === 'sd') return unetEncoder(folder, layout, options, 'last');
  if (layout.family === 'sdxl') return unetEncoder(folder, layout, options, 'penultimate');
  return transformerEncoder(folder, layout, options);
}

/** SD 1, 2 and XL: long prompts become several rows, which cross-attention reads as one long text. */
async function unetEncoder(
  folder: ModelFolder,
  { rules, index }: Layout,
  { promptWeights }: PromptOptions,
  layer: 'last' | 'penultimate',
): Promise<PromptEncoder> {
  const tokenizers = await clipTokenizers(
    folder,
    rules.encoders.map((part) => part.tokenizer),
  );
  const zeroesEmpty = layer === 'penultimate' && index['force_zeros_for_empty_prompt'] !== false;
  return {
    warnings: () => [],
    async encode(prompts) {
      const tokens = tokenizers.map((tokenizer) =>
        prompts.map((prompt) => tokenizePrompt(tokenizer, prompt, promptWeights)),
      );
      const counts = tokenizers.flatMap((tokenizer, t) =>
        tokens[t]!.map((each) => rowsFor(tokenizer, each)),
      );
      const rows = Math.max(...counts);
      const hidden: Rows[] = [];
      const pooled: Float32Array[] = [];
      for (const [p, prompt] of prompts.entries()) {
        const found: Rows[] = [];
        let summary: Float32Array | undefined;
        for (const [t, tokenizer] of tokenizers.entries()) {
          const part = rules.encoders[t]!.encoder;
          const encoded = await clipRows(folder, part, tokenizer, tokens[t]![p]!, rows, layer);
          found.push(encoded.hidden);
          summary = encoded.pooled;
        }
        const one = beside(found);
        // The negative prompt comes first; without one, SDXL was trained on zeros.
        if (zeroesEmpty && prompt === '' && p < prompts.length - 1) {
          one.data.fill(0);
          summary = summary && new Float32Array(summary.length);
        }
        hidden.push(one);
        if (summary) pooled.push(summary);
      }
      return { hidden, pooled: pooled.length === prompts.length ? pooled : undefined };
    },
  };
}

/** SD 3 reads two CLIP encoders and T5 one after the other, Flux T5 and a summary by CLIP. */
async function transformerEncoder(
  folder: ModelFolder,
  { rules, family }: Layout,
  { promptWeights }: PromptOptions,
): Promise<PromptEncoder> {
  const clips = rules.encoders.filter((part) => part.kind === 'clip');
  const tokenizers = await clipTokenizers(
    folder,
    clips.map((part) => part.tokenizer),
  );
  const t5 = rules.encoders.find((part) => part.kind === 't5')!;
  const hasT5 = await folder.has(t5.encoder);
  if (!hasT5 && !t5.isOptional) throw badFolder(folder, `${t5.encoder}/model.onnx is missing`);
  const longest = T5_LENGTH[family === 'flux' ? 'flux' : 'sd3'];
  const t5Tokenizer = hasT5 ? await readT5Tokenizer(folder, t5.tokenizer, longest) : undefined;

  const tokensOf = (tokenizer: ClipTokenizer, prompt: string): WeightedTokens =>
    tokenizePrompt(tokenizer, prompt, promptWeights);
  const isLong = (prompt: string): boolean =>
    tokenizers.some((tokenizer) => rowsFor(tokenizer, tokensOf(tokenizer, prompt)) > 1);

  const encodeOne = async (prompt: string) => {
    if (isLong(prompt) && t5Tokenizer === undefined) throw tooLongForClip(prompt);
    const first: Rows[] = [];
    const pooled: Float32Array[] = [];
    for (const [t, tokenizer] of tokenizers.entries()) {
      const layer = family === 'sd3' ? 'penultimate' : 'last';
      const tokens = tokensOf(tokenizer, prompt);
      const encoded = await clipRows(folder, clips[t]!.encoder, tokenizer, tokens, 1, layer);
      first.push(encoded.hidden);
      if (encoded.pooled === undefined) {
        throw badFolder(
          folder,
          `${clips[t]!.encoder} gives no summary ("text_embeds" or "pooler_output")`,
        );
      }
      pooled.push(encoded.pooled);
    }
    const long =
      t5Tokenizer && (await t5Rows(folder, t5.encoder, t5Tokenizer, plain(prompt, promptWeights)));
    const summary = Float32Array.from(pooled.flatMap((values) => [...values]));
    if (family === 'flux') return { hidden: long!, pooled: summary };
    const clip = beside(first, long?.width ?? SD3_WIDTH);
    // Without T5 diffusers reads zeros in its place.
    const rest = long ?? {
      data: new Float32Array(longest * SD3_WIDTH),
      rows: longest,
      width: SD3_WIDTH,
    };
    return { hidden: stack([clip, rest]), pooled: summary };
  };

  return {
    warnings: (prompts) =>
      prompts.some(isLong)
        ? [
            'the prompt is longer than CLIP reads (75 tokens): its end reaches the model through T5 only',
          ]
        : [],
    async encode(prompts) {
      const all = [];
      for (const prompt of prompts) all.push(await encodeOne(prompt));
      return { hidden: all.map((one) => one.hidden), pooled: all.map((one) => one.pooled) };
    },
  };
}

/** Of the joint attention of Stable Diffusion 3. */
const SD3_WIDTH = 4096;

/** T5 gets no weights (nobody agrees on any), and not their brackets either. */
function plain(prompt: string, promptWeights: boolean): string {
  if (!promptWeights) return prompt;
  return parsePromptWeights(prompt)
    .map((piece) => piece.text)
    .join('');
}

async function clipTokenizers(
  folder: ModelFolder,
  parts: readonly string[],
): Promise<ClipTokenizer[]> {
  const found: ClipTokenizer[] = [];
  for (const part of parts) found.push(await readClipTokenizer(folder, part));
  return found;
}

async function clipRows(
  folder: ModelFolder,
  part: string,
  tokenizer: ClipTokenizer,
  tokens: WeightedTokens,
  count: number,
  layer: 'last' | 'penultimate',
): Promise<{ hidden: Rows; pooled: Float32Array | undefined }> {
  const model = await folder.load(part);
  const rows = tokenRows(tokenizer, tokens, count);
  const encoded = [];
  for (const row of rows) encoded.push(await encodeRow(model, row.ids, layer));
  const hidden = stack(encoded.map((one) => one.hidden));
  applyWeights(hidden, rows);
  return { hidden, pooled: encoded[0]!.pooled };
}

async function t5Rows(
  folder: ModelFolder,
  part: string,
  tokenizer: PromptTokenizer,
  prompt: string,
): Promise<Rows> {
  const { ids } = tokenizer.encode(prompt);
  return (await encodeRow(await folder.load(part), ids, 'last')).hidden;
}

function tooLongForClip(prompt: string): GenerateError {
  return new GenerateError({
    code: 'GENERATE_PROMPT_TOO_LONG',
    message:
      `the prompt of ${prompt.length} characters has more than the 75 tokens that CLIP reads, and this folder has no T5 ` +
      '(text_encoder_3) that could read the rest: shorten it (nothing is cut silently)',
  });
}
