/**
 * Prompt weights as Stable Diffusion users write them (AUTOMATIC1111's webui): `(a)` is 1.1 times as strong,
 * `[a]` 1 / 1.1 times, `(a:1.3)` 1.3 times; brackets nest, `\(` is a bracket as text.
 */
import { assertString } from '../core/index.js';

const STRONGER = 1.1;
const WEAKER = 1 / 1.1;
const CHARACTERS_MAX = 20_000;
const TOKEN = /\\[()[\]\\]|\\|[([]|:\s*([+-]?(?:\d+\.?\d*|\.\d+))\s*\)|[)\]]|[^\\()[\]:]+|:/g;

export interface WeightedText {
  readonly text: string;
  /** 1 where nothing was said. */
  readonly weight: number;
}

/**
 * The prompt in pieces of equal weight, in order; never empty.
 *
 * A bracket that is never closed counts to the end, one that was never opened is text.
 *
 * @throws TypeError, RangeError for more than 20,000 characters.
 */
export function parsePromptWeights(prompt: string): WeightedText[] {
  assertString(prompt, 'prompt', CHARACTERS_MAX);
  const pieces: { text: string; weight: number }[] = [];
  const open: { bracket: '(' | '['; from: number }[] = [];
  const multiply = (from: number, factor: number): void => {
    for (const piece of pieces.slice(from)) piece.weight *= factor;
  };
  const close = (bracket: '(' | '[', factor: number): boolean => {
    if (open.at(-1)?.bracket !== bracket) return false;
    multiply(open.pop()!.from, factor);
    return true;
  };
  for (const [token, weight] of prompt.matchAll(TOKEN)) {
    if (token === '(' || token === '[') open.push({ bracket: token, from: pieces.length });
    else if (weight !== undefined && close('(', Number(weight))) continue;
    else if (token === ')' && close('(', STRONGER)) continue;
    else if (token === ']' && close('[', WEAKER)) continue;
    else
      pieces.push({ text: token.length === 2 && token[0] === '\\' ? token[1]! : token, weight: 1 });
  }
  for (const { bracket, from } of open.toReversed()) {
    multiply(from, bracket === '(' ? STRONGER : WEAKER);
  }
  const merged: { text: string; weight: number }[] = [];
  for (const piece of pieces) {
    const last = merged.at(-1);
    if (last?.weight === piece.weight) last.text += piece.text;
    else merged.push(piece);
  }
  return merged.length === 0 ? [{ text: '', weight: 1 }] : merged;
}
