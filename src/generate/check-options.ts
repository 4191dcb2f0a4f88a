/** What is wrong with a call, told before any model is loaded. */
import { assertInteger, assertNumber, assertOneOf, assertString } from '../core/index.js';
import { CONTROL_KINDS, CONTROL_SOURCES } from './control/kinds.js';
import { GenerateError, optionError } from './errors.js';
import { COUNT_MAX, sidesOf, SIZE_MAX, SIZE_MIN } from './options.js';
import type { GenerateOptions } from './options.js';
import { cleanPrompt } from './tokenizer.js';
import { UPSCALE_FACTORS } from './upscale.js';

const STEPS_MAX = 200;
const TURBO_STEPS_MAX = 4;
const GUIDANCE_MAX = 30;
const SEED_MAX = Number.MAX_SAFE_INTEGER - COUNT_MAX;

/**
 * The prompt on one line.
 *
 * @throws TypeError, GenerateError GENERATE_PROMPT_EMPTY
 */
export function checkPrompt(prompt: string): string {
  assertString(prompt, 'prompt', Number.MAX_SAFE_INTEGER);
  const cleaned = cleanPrompt(prompt);
  if (cleaned === '') {
    throw new GenerateError({
      code: 'GENERATE_PROMPT_EMPTY',
      message:
        'the prompt is empty: say what to draw, for example "a red apple on a blue background"',
    });
  }
  return cleaned;
}

/** What the bundled model cannot do, told before anything is loaded. */
export function checkBundled(options: GenerateOptions): void {
  const { size, scheduler, control, controlKind } = options;
  if (scheduler !== undefined) {
    throw optionError(
      'the bundled model takes no scheduler: name a model folder of your own as well',
    );
  }
  if (control !== undefined && controlKind === undefined) {
    throw optionError(
      `say what the control picture shows ("controlKind"): ${CONTROL_KINDS.join(', ')}`,
    );
  }
  if (size === undefined) return;
  const { width, height } = sidesOf(size);
  if (width !== height) {
    const side = Math.max(width, height);
    throw optionError(
      `${width}x${height} is not square, and the model draws squares only: ` +
        `ask for ${side}x${side} and crop the part that you want`,
    );
  }
}

/** What the distilled model cannot do, told before anything is loaded. */
export function checkTurbo({ steps }: GenerateOptions): void {
  if (steps !== undefined && steps > TURBO_STEPS_MAX) {
    throw optionError(
      `the distilled model (turbo) was trained for 1 to ${TURBO_STEPS_MAX} steps, not for ${steps}: draw more of them with the full one`,
    );
  }
}

/** Checks that need no model, so that a typing mistake is told before anything is loaded. */
export function checkOptions(options: GenerateOptions): void {
  const { seed, count, steps, guidance, negative, size } = options;
  if (seed !== undefined) assertInteger(seed, 'seed', 0, SEED_MAX);
  if (count !== undefined) assertInteger(count, 'count', 1, COUNT_MAX);
  if (steps !== undefined) assertInteger(steps, 'steps', 1, STEPS_MAX);
  if (guidance !== undefined) assertNumber(guidance, 'guidance', 0, GUIDANCE_MAX);
  if (negative !== undefined) assertString(negative, 'negative', Number.MAX_SAFE_INTEGER);
  checkEdit(options);
  checkToward(options);
  checkLatentMark(options);
  const { scheduler, control, controlKind, controlSource, controlScale } = options;
  if (scheduler !== undefined) assertString(scheduler, 'scheduler', 100);
  if (controlScale !== undefined) assertNumber(controlScale, 'controlScale', 0, 2);
  if (controlKind !== undefined) assertOneOf(controlKind, 'controlKind', CONTROL_KINDS);
  if (controlSource !== undefined) assertOneOf(controlSource, 'controlSource', CONTROL_SOURCES);
  const about = Object.entries({ controlKind, controlSource, controlScale });
  const alone = about.find(([, value]) => value !== undefined);
  if (control === undefined && alone !== undefined) {
    throw optionError(`"${alone[0]}" needs a picture to draw along ("control")`);
  }
  if (controlSource !== undefined && controlKind === undefined) {
    throw optionError('"controlSource" needs to know what the picture shows ("controlKind")');
  }
  if (control !== undefined && options.outpaint !== undefined) {
    throw optionError(
      '"control" and "outpaint" exclude each other: it would not reach the new margins',
    );
  }
  const { style, styleStrength } = options;
  if (styleStrength !== undefined) assertNumber(styleStrength, 'styleStrength', 0, 1);
  if (styleStrength !== undefined && style === undefined) {
    throw optionError('"styleStrength" needs a picture in that style ("style")');
  }
  if (options.upscale !== undefined) assertOneOf(options.upscale, 'upscale', UPSCALE_FACTORS);
  if (size === undefined) return;
  const { width, height } = sidesOf(size);
  for (const [name, side] of [
    ['width', width],
    ['height', height],
  ] as const) {
    assertInteger(side, name, SIZE_MIN, SIZE_MAX);
    if (side % 8 !== 0) {
      const lower = side - (side % 8);
      throw optionError(`${name} ${side} is no multiple of 8: use ${lower} or ${lower + 8}`);
    }
  }
}

const EDIT_SIDE_MIN = 64;
const EDIT_SIDE_MAX = 4096;
const MARGIN_MAX = 2048;
const SIDES = ['left', 'right', 'top', 'bottom'] as const;

function checkEdit({ init, strength, mask, outpaint, size }: GenerateOptions): void {
  if (strength !== undefined) assertNumber(strength, 'strength', 0, 1);
  if (init === undefined) {
    const alone = Object.entries({ strength, mask, outpaint }).find(([, v]) => v !== undefined);
    if (alone !== undefined)
      throw optionError(`"${alone[0]}" needs a picture to begin from ("init")`);
    return;
  }
  if (size !== undefined) throw optionError('the size is that of the picture to begin from');
  if (mask !== undefined && outpaint !== undefined) {
    throw optionError('"mask" and "outpaint" exclude each other: paint the margins first');
  }
  if (mask !== undefined && (mask.width !== init.width || mask.height !== init.height)) {
    throw optionError(
      `the mask is ${mask.width}x${mask.height}, and the picture ${init.width}x${init.height}: make them the same size`,
    );
  }
  let [width, height] = [init.width, init.height];
  if (outpaint !== undefined) {
    for (const side of SIDES) assertInteger(outpaint[side] ?? 0, `outpaint.${side}`, 0, MARGIN_MAX);
    const { left = 0, right = 0, top = 0, bottom = 0 } = outpaint;
    if (left + right + top + bottom === 0) throw optionError('"outpaint" adds nothing at any side');
    width += left + right;
    height += top + bottom;
  }
  if (
    Math.min(init.width, init.height) < EDIT_SIDE_MIN ||
    Math.max(width, height) > EDIT_SIDE_MAX
  ) {
    throw optionError(
      `a picture of ${EDIT_SIDE_MIN} to ${EDIT_SIDE_MAX} pixels a side can be made of another, this is ${width}x${height}`,
    );
  }
}

function checkToward({ toward, init, count }: GenerateOptions): void {
  if (toward === undefined) return;
  assertNumber(toward.share, 'toward.share', 0, 1);
  if (toward.seed !== undefined) assertInteger(toward.seed, 'toward.seed', 0, SEED_MAX);
  if (toward.prompt === undefined && toward.seed === undefined) {
    throw optionError('"toward" needs another prompt or another seed');
  }
  if (toward.prompt !== undefined) checkPrompt(toward.prompt);
  if (init !== undefined)
    throw optionError('"toward" goes from noise to noise, not from a picture');
  if ((count ?? 1) > 1) throw optionError('"toward" makes one picture at a time');
}

/** A mark in the noise needs noise to begin from, and a picture that is left as the model drew it. */
function checkLatentMark({ latentMark, init, toward, style }: GenerateOptions): void {
  if (latentMark === undefined) return;
  const other = Object.entries({ init, toward, style }).find(([, value]) => value !== undefined);
  if (other !== undefined) {
    throw optionError(
      `"latentMark" and "${other[0]}" exclude each other: the mark is in the noise that a whole picture is drawn from`,
    );
  }
}
