/** Pictures as the bundled model draws them, 128 pixels a side and before its super-resolution, and the thing in them. */
import type { Mask } from '../src/generate/control/masks.js';
import { prepareControl } from '../src/generate/control/prepare-control.js';
import type { GenerateOptions } from '../src/generate/index.js';
import { conditionPrompt, diffuse } from '../src/generate/pipelines/diffuse.js';
import { loadImprintLdm } from '../src/generate/pipelines/imprint-ldm.js';
import type { DiffusionParts } from '../src/generate/pipelines/parts.js';
import { planarToPixels } from '../src/generate/planar.js';
import type { Pixels } from '../src/image/index.js';
import type { ModelStore } from '../src/onnx/index.js';

export const SIDE = 128;
const STEPS = 16;

export interface SmallDrawer {
  readonly parts: DiffusionParts;
  readonly drawing: {
    readonly count: number;
    readonly steps: number;
    readonly guidance: number;
    readonly negative: string;
    readonly size: { readonly width: number; readonly height: number };
  };
  readonly draw: (prompt: string, seed: number, options?: GenerateOptions) => Promise<Pixels>;
}

/**
 * The super-resolution that follows changes no shapes, so it is left out.
 *
 * @param pipeline another bundled one than the first, which is drawn with in its own number of steps.
 */
export async function smallDrawer(models: ModelStore, pipeline?: string): Promise<SmallDrawer> {
  const parts: DiffusionParts = {
    ...(await loadImprintLdm(models, pipeline)),
    upscale: undefined,
    nativeSize: SIDE,
  };
  const drawing = {
    count: 1,
    steps: pipeline === undefined ? STEPS : parts.defaults.steps,
    guidance: parts.defaults.guidance,
    negative: '',
    size: { width: SIDE, height: SIDE },
  };
  return {
    parts,
    drawing,
    async draw(prompt, seed, options = {}) {
      const control = await prepareControl(parts, options);
      const call = await conditionPrompt(parts, prompt, { ...drawing, seed }, () => {});
      const shown =
        control === null
          ? {}
          : { control: { control: await control.latentOf(), controlScale: control.scale } };
      return planarToPixels(await diffuse(parts, call, seed, drawing, () => {}, shown));
    },
  };
}

/** Where a picture differs from the colour of its own border. */
export function thingIn({ data, width, height }: Pixels): Mask {
  const border: number[] = [];
  for (let i = 0; i < width; i++)
    border.push(i, (height - 1) * width + i, i * width, i * width + width - 1);
  const ground = [0, 1, 2].map((c) => {
    const values = border.map((i) => data[3 * i + c]!).sort((a, b) => a - b);
    return values[values.length >> 1]!;
  });
  const mask = Uint8Array.from({ length: width * height }, (_, i) => {
    const far = Math.hypot(...ground.map((value, c) => data[3 * i + c]! - value));
    return far > 40 ? 1 : 0;
  });
  return { data: mask, width, height };
}

/** Intersection over union. */
export function overlap(a: Mask, b: Mask): number {
  let [both, either] = [0, 0];
  a.data.forEach((value, i) => {
    if (value !== 0 && b.data[i] !== 0) both++;
    if (value !== 0 || b.data[i] !== 0) either++;
  });
  return both / Math.max(1, either);
}

export const mean = (values: readonly number[]): number =>
  values.reduce((a, b) => a + b, 0) / values.length;
