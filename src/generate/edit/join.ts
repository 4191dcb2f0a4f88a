/** Making what was made fit what is known, where a row or column of the latent holds some of both. */
import type { PlanarImage } from '../planar.js';
import { planarToPixels } from '../planar.js';
import type { ResolvedOptions } from '../options.js';
import { diffuse } from '../pipelines/diffuse.js';
import type { Guidance, StepHook } from '../pipelines/diffuse.js';
import type { DenoiserCall, DiffusionParts, LatentEncoder } from '../pipelines/parts.js';
import type { Canvas, Pass } from './canvas.js';
import { showJoined } from './pass.js';
import type { Cells } from './pass.js';

/** Of the strength that made it, what the second look has. */
const SECOND_LOOK = 0.5;

export interface Made {
  readonly canvas: Canvas;
  readonly pass: Pass;
  readonly encoder: LatentEncoder;
  readonly cells: Cells;
  readonly strength: number;
  readonly control: Pick<Guidance, 'control'>;
}

/** Without the super-resolution that follows: what is encoded again has the decoder's size. */
export function atDecoderSize(parts: DiffusionParts): DiffusionParts {
  return { ...parts, upscale: undefined };
}

/**
 * A cell of the latent that holds a known pixel is made from nothing, so what it draws may break off where known pixels are put
 * over it. Here the two are joined and encoded, so that such cells hold what is known; the cells that hold nothing known are then
 * made once more, from half of the way (SDEdit, arXiv:2108.01073), beside them. At last the joined picture goes through the
 * auto-encoder `inpaintJoins` times, which keeps what a picture can be and so no cut.
 */
export async function joinMade(
  parts: DiffusionParts,
  call: DenoiserCall,
  seed: number,
  options: Pick<ResolvedOptions, 'steps' | 'guidance'>,
  onStep: StepHook,
  made: PlanarImage,
  { canvas, pass, encoder, cells, strength, control }: Made,
): Promise<PlanarImage> {
  const rounds = parts.inpaintJoins ?? 0;
  const side = parts.latentDims[1] * parts.downscale;
  const joined = async (): Promise<Float32Array> =>
    encoder.encode(await showJoined(canvas, pass, planarToPixels(made), side));

  const again = strength * SECOND_LOOK;
  const calls = Math.trunc(parts.plan(options.steps).timesteps.length * again);
  if (calls > 0 && cells.inner.includes(1)) {
    const start = { latent: await joined(), strength: again, anew: cells.inner };
    made = await diffuse(atDecoderSize(parts), call, seed, options, onStep, { start, ...control });
  }
  for (let round = 0; round < rounds; round++) {
    onStep('decode', round, rounds);
    made = await parts.decode(await joined());
  }
  onStep('decode', rounds, rounds);
  return parts.upscale === undefined ? made : parts.upscale(made);
}
