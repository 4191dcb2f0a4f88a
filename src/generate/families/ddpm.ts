/** Denoising diffusion in pixels (Ho et al. 2020, arXiv:2006.11239): ancestral sampling, and DDIM from the same weights. */
import { assertInteger, createTorchNormals } from '../../core/index.js';
import type { OnnxModel } from '../../onnx/index.js';
import { toUnitRange } from '../planar.js';
import { alphasCumprod, levelOf } from '../schedulers/betas.js';
import { createScheduler } from '../schedulers/from-config.js';
import { Settings } from '../schedulers/settings.js';
import type { DrawRequest, Drawn, Family, FamilyModel, Sampler } from './family.js';
import { trace as traceExhibit } from './exhibit.js';
import { runOne, shapeOf, valuesOf } from './graph.js';
import { tile } from './tile.js';

/** As training/families/ddpm.py: the cosine schedule of Nichol & Dhariwal 2021 (arXiv:2102.09672). */
const TRAINED = { num_train_timesteps: 1000, beta_schedule: 'squaredcos_cap_v2' };
const SCHEDULERS: Record<Sampler, { class: string; steps: number }> = {
  ddim: { class: 'DDIMScheduler', steps: 50 },
  ddpm: { class: 'DDPMScheduler', steps: 250 },
};
const STEPS_MAX = TRAINED.num_train_timesteps;
const MOMENTS = 8;

export const DDPM: Family = {
  name: 'ddpm',
  title: 'denoising diffusion',
  models: ['family-ddpm'],
  takes: ['sampler', 'steps', 'trace'],
  exhibit: traceExhibit,
  async load(store) {
    return ddpmOf(await store.load('family-ddpm'));
  },
};

function ddpmOf(model: OnnxModel): FamilyModel {
  const shape = shapeOf(model, 'inputs', 'sample') as [number, number, number];
  return {
    models: [model],
    side: shape[2],
    draw: (request) => denoise(model, shape, request),
  };
}

/** What a step looked like: the sample before it, and the finished picture that the model guessed from it. */
interface Moment {
  readonly index: number;
  readonly sample: Float32Array;
  readonly guess: Float32Array;
}

async function denoise(
  model: OnnxModel,
  [, height, width]: readonly [number, number, number],
  request: DrawRequest,
): Promise<Drawn> {
  const { seed, sampler = 'ddim', trace = false, onStep } = request;
  const { class: name, steps: usual } = SCHEDULERS[sampler];
  const { steps = usual } = request;
  if (trace) assertInteger(steps, 'steps', MOMENTS, STEPS_MAX);
  const plan = createScheduler({ ...TRAINED, _class_name: name }).plan({ steps });
  const alphas = alphasCumprod(new Settings(TRAINED));
  const noise = createTorchNormals(seed);
  const sample = noise(valuesOf(shapeOf(model, 'inputs', 'sample')));
  const shown = trace ? momentsOf(plan.timesteps.length) : [];
  const moments: Moment[] = [];
  const count = plan.timesteps.length;
  onStep('denoise', 0, count);
  for (let i = 0; i < count; i++) {
    const t = plan.timesteps[i]!;
    const inputs = { sample, timestep: Float32Array.of(t) };
    const output = (await runOne(model, inputs, ['noise'])).noise;
    if (shown.includes(i)) {
      const level = levelOf(alphas[t]!);
      const guess = sample.map((x, j) => (x - level.noise * output[j]!) / level.picture);
      moments.push({ index: i, sample: sample.slice(), guess });
    }
    plan.step(sample, output, i, noise);
    onStep('denoise', i + 1, count);
  }
  const facts = { settings: { sampler, trace }, scheduler: name, steps };
  if (!trace) return { ...facts, image: toUnitRange({ data: sample, width, height }) };
  const fresh = noise(sample.length);
  // Left to right is time in every row: noising as in the training, then the way back.
  const noised = [...moments].reverse().map(({ index }) => {
    const out = new Float32Array(sample.length);
    plan.addNoise!(sample, fresh, index, out);
    return out;
  });
  const rows = [noised, moments.map((m) => m.sample), moments.map((m) => m.guess)];
  const cells = rows.map((row) => row.map((data) => ({ data, width, height })));
  return { ...facts, image: toUnitRange(tile(cells)) };
}

/** Evenly spread over the calls, the first and the last among them. */
function momentsOf(calls: number): number[] {
  return Array.from({ length: MOMENTS }, (_, i) => Math.round((i * (calls - 1)) / (MOMENTS - 1)));
}
