/** A picture made of another: image-to-image, inpainting, outpainting, over any pipeline that has an encoder. */
import type { Pixels } from '../../image/index.js';
import { optionError } from '../errors.js';
import type { EditOptions, ResolvedOptions } from '../options.js';
import type { DenoiserCall, DiffusionParts, LatentEncoder } from '../pipelines/parts.js';
import { diffuse } from '../pipelines/diffuse.js';
import type { StepHook } from '../pipelines/diffuse.js';
import { planarToPixels } from '../planar.js';
import type { Canvas, Margins, Pass } from './canvas.js';
import { maskedCanvas, wholeCanvas, widenedCanvas } from './canvas.js';
import type { Control } from '../control/prepare-control.js';
import { atDecoderSize, joinMade } from './join.js';
import { samplesSha256 } from './samples-hash.js';
import { copyCanvas, putBack, showWindow } from './pass.js';

/** How a picture was made of another, for its record. */
export interface EditRecord {
  readonly mode: 'image-to-image' | 'inpaint' | 'outpaint';
  readonly strength: number;
  /** SHA-256 of the samples, lower-case hex. */
  readonly init: string;
  readonly mask?: string;
  readonly outpaint?: Required<Margins>;
}

export interface Edit {
  readonly record: EditRecord;
  readonly encoder: LatentEncoder;
  /** The picture that `seed` makes of it. */
  make(call: DenoiserCall, seed: number, onStep: StepHook): Promise<Pixels>;
}

/** Added to the seed for each further pass over one picture, half of it for a second look, so that noise does not repeat. */
const NEXT_PASS = 0x10000;

/** @throws GenerateError GENERATE_OPTION when the pipeline has no encoder or the mask leaves nothing to do. */
export async function prepareEdit(
  parts: DiffusionParts,
  options: EditOptions,
  resolved: Pick<ResolvedOptions, 'steps' | 'guidance'>,
  control: Control | null = null,
): Promise<Edit> {
  if (parts.encoder === undefined) {
    throw optionError(`${parts.identity.name} has no VAE encoder, so it can begin from noise only`);
  }
  const canvas = canvasOf(options, parts.nativeSize);
  const encoder = await parts.encoder();
  const { strength } = options;
  return {
    record: recordOf(options),
    encoder,
    async make(call, seed, onStep) {
      const work = copyCanvas(canvas);
      for (const [i, pass] of work.passes.entries()) {
        const { picture, cells } = await showWindow(
          work,
          pass,
          parts.latentDims[1],
          parts.downscale,
        );
        const start = {
          latent: await encoder.encode(picture),
          strength,
          ...(cells === undefined ? {} : { anew: cells.anew }),
        };
        const along = control === null ? {} : await shownControl(control, work, pass);
        const own = seed + i * NEXT_PASS;
        const joins = cells !== undefined && (parts.inpaintJoins ?? 0) > 0;
        const size = joins ? atDecoderSize(parts) : parts;
        let made = await diffuse(size, call, own, resolved, onStep, { start, ...along });
        if (joins) {
          const what = { canvas: work, pass, encoder, cells, strength, control: along };
          made = await joinMade(parts, call, own + NEXT_PASS / 2, resolved, onStep, made, what);
        }
        await putBack(work, pass, planarToPixels(made));
      }
      return work.pixels;
    },
  };
}

async function shownControl(control: Control, { pixels }: Canvas, { window }: Pass) {
  const latent = await control.latentOf({ size: pixels, window });
  return { control: { control: latent, controlScale: control.scale } };
}

function canvasOf({ init, mask, outpaint }: EditOptions, nativeSize: number): Canvas {
  if (outpaint !== undefined) return widenedCanvas(init, outpaint);
  if (mask === undefined) return wholeCanvas(init);
  const canvas = maskedCanvas(init, mask, nativeSize);
  if (canvas !== null) return canvas;
  throw optionError('the mask is dark everywhere: light parts are what is made anew');
}

export function recordOf({ init, mask, outpaint, strength }: EditOptions): EditRecord {
  const record = { strength, init: samplesSha256(init) };
  if (outpaint !== undefined) {
    const { left = 0, right = 0, top = 0, bottom = 0 } = outpaint;
    return { mode: 'outpaint', ...record, outpaint: { left, right, top, bottom } };
  }
  if (mask !== undefined) return { mode: 'inpaint', ...record, mask: samplesSha256(mask) };
  return { mode: 'image-to-image', ...record };
}
