/** Options with their defaults filled in. */
import { randomInt } from 'node:crypto';
import { optionError } from './errors.js';
import { sidesOf } from './options.js';
import type { EditOptions, GenerateOptions, ResolvedOptions } from './options.js';
import type { DiffusionParts } from './pipelines/parts.js';
import { cleanPrompt } from './tokenizer.js';

/**
 * The ends of a walk need no walking: `prompt` and `options` as they are drawn.
 *
 * @param prompt cleaned
 */
export function walked(
  prompt: string,
  options: GenerateOptions,
): { prompt: string; options: GenerateOptions } {
  const { toward, ...rest } = options;
  if (toward === undefined || toward.share === 0) return { prompt, options: rest };
  const cleaned = toward.prompt === undefined ? undefined : cleanPrompt(toward.prompt);
  if (toward.share < 1) {
    const other = cleaned === undefined ? toward : { ...toward, prompt: cleaned };
    return { prompt, options: { ...rest, toward: other } };
  }
  return {
    prompt: cleaned ?? prompt,
    options: toward.seed === undefined ? rest : { ...rest, seed: toward.seed },
  };
}

/** What to begin from, or null for noise. */
export function editOf({ init, strength, mask, outpaint }: GenerateOptions): EditOptions | null {
  if (init === undefined) return null;
  const partly = mask !== undefined || outpaint !== undefined;
  return {
    init,
    strength: strength ?? (partly ? 1 : 0.6),
    ...(mask === undefined ? {} : { mask }),
    ...(outpaint === undefined ? {} : { outpaint }),
  };
}

/**
 * `options` with every default filled in for these parts.
 *
 * @throws GenerateError GENERATE_OPTION for guidance where it is inside the model.
 */
export function resolveOptions(options: GenerateOptions, parts: DiffusionParts): ResolvedOptions {
  const steers = (options.guidance ?? 0) > 1 || cleanPrompt(options.negative ?? '') !== '';
  if (parts.isGuidanceDistilled === true && steers) {
    throw optionError(
      `${parts.identity.name} was distilled with its guidance inside, so it takes no guidance and no negative prompt: ` +
        'leave them out, or draw with the slower model',
    );
  }
  return {
    seed: options.seed ?? randomInt(2 ** 32),
    count: options.count ?? 1,
    steps: options.steps ?? parts.defaults.steps,
    guidance: options.guidance ?? parts.defaults.guidance,
    negative: cleanPrompt(options.negative ?? ''),
    size: sidesOf(options.size ?? parts.nativeSize),
    ...(options.toward === undefined ? {} : { toward: options.toward }),
  };
}
