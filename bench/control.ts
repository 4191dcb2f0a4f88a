/**
 * Does the bundled model follow control pictures, and does a mask that it is shown help? `npx tsx bench/control.ts [--count 32]` writes
 * bench/results/control.json and the tables of docs/generator/modes.md. The control pictures come from things that the model drew in the middle
 * of its picture, moved and made smaller or larger on their background, so that no prompt says where they are and no training saw them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cannyEdges } from '../src/generate/control/canny.js';
import { CONTROL_KINDS } from '../src/generate/control/kinds.js';
import { countOf, dilated, whiteOnBlack } from '../src/generate/control/masks.js';
import type { Mask } from '../src/generate/control/masks.js';
import { prepareEdit } from '../src/generate/edit/edit-image.js';
import { TURBO_PIPELINE } from '../src/generate/index.js';
import { conditionPrompt } from '../src/generate/pipelines/diffuse.js';
import type { DiffusionParts } from '../src/generate/pipelines/parts.js';
import { createPixels, resizePixels } from '../src/image/index.js';
import type { Pixels } from '../src/image/index.js';
import { createModelStore } from '../src/onnx/index.js';
import { mean, overlap, SIDE, smallDrawer, thingIn } from './small-pictures.js';

const THINGS = [
  'a red apple',
  'a cat',
  'a penguin',
  'a pumpkin',
  'a crown',
  'a mushroom',
  'a blue car',
  'a ghost',
];
/** What things have; people have poses, too (bench/pose.ts). */
const KINDS = CONTROL_KINDS.filter((kind) => kind !== 'pose');
const GROUNDS = ['a yellow', 'a teal', 'an orange', 'a light blue'];
const RESULTS = fileURLToPath(new URL('results/control.json', import.meta.url));
const PAGE = fileURLToPath(new URL('../docs/generator/modes.md', import.meta.url));

const { values } = parseArgs({
  options: { count: { type: 'string', default: '32' }, threads: { type: 'string', default: '2' } },
});
const models = createModelStore({ threads: Number(values.threads) });
const { parts, drawing, draw } = await smallDrawer(models);
const turbo = await smallDrawer(models, TURBO_PIPELINE);

/** A number in 0..1 that `seed` decides. */
const chance = (seed: number): number => {
  const mixed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d);
  return ((mixed ^ (mixed >>> 12)) >>> 0) / 2 ** 32;
};

interface Scene {
  readonly picture: Pixels;
  /** Where the thing is. */
  readonly thing: Mask;
}

/** What was drawn, as large as `scale` says and moved, on its own background. */
async function moved(drawn: Pixels, seed: number): Promise<Scene> {
  const side = Math.round(SIDE * (0.55 + 0.3 * chance(seed)));
  const small = await resizePixels(drawn, side, side);
  const [left, top] = [seed + 1000, seed + 2000].map((s) => Math.round((SIDE - side) * chance(s)));
  const picture = createPixels(SIDE, SIDE, 3);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const inside = (value: number): number => Math.min(side - 1, Math.max(0, value));
      const from = 3 * (inside(y - top!) * side + inside(x - left!));
      picture.data.set(small.data.subarray(from, from + 3), 3 * (y * SIDE + x));
    }
  }
  return { picture, thing: thingIn(picture) };
}

/** The control picture of a kind, as a user would have it. */
function controlOf({ picture, thing }: Scene, kind: (typeof KINDS)[number]): Pixels {
  if (kind === 'edge' || kind === 'scribble') return picture;
  const out = createPixels(SIDE, SIDE, 3);
  const near = kind === 'depth' ? [210, 210, 210] : [230, 60, 60];
  thing.data.forEach((value, i) => out.data.set(value === 0 ? [30, 30, 30] : near, 3 * i));
  return out;
}

/** Harmonic mean of precision and recall of edges, either met within two pixels. */
function edgeScore(wanted: Pixels, made: Pixels): number {
  const [a, b] = [cannyEdges(wanted), cannyEdges(made)];
  const met = (edges: Mask, others: Mask): number => {
    const near = dilated(dilated(others)).data;
    let hits = 0;
    edges.data.forEach((value, i) => (hits += value !== 0 && near[i] !== 0 ? 1 : 0));
    return hits / Math.max(1, countOf(edges));
  };
  const [precision, recall] = [met(b, a), met(a, b)];
  return precision + recall === 0 ? 0 : (2 * precision * recall) / (precision + recall);
}

interface Scores {
  edges: number[];
  overlaps: number[];
}
const scores = new Map<string, Scores>();
function score(name: string, scene: Scene, made: Pixels): void {
  const own = scores.get(name) ?? { edges: [], overlaps: [] };
  own.edges.push(edgeScore(scene.picture, made));
  own.overlaps.push(overlap(scene.thing, thingIn(made)));
  scores.set(name, own);
}

const scenes: { scene: Scene; prompt: string }[] = [];
for (let n = 0; n < Number(values.count); n++) {
  const prompt = `${THINGS[n % THINGS.length]!} on ${GROUNDS[Math.floor(n / THINGS.length) % GROUNDS.length]!} background`;
  const scene = await moved(await draw(prompt, 500 + n), n);
  scenes.push({ scene, prompt });
  score('none', scene, await draw(prompt, n));
  for (const kind of KINDS) {
    const control = controlOf(scene, kind);
    score(kind, scene, await draw(prompt, n, { control, controlKind: kind }));
  }
  for (const controlScale of [0.5, 1.5]) {
    const options = { control: scene.picture, controlKind: 'scribble', controlScale } as const;
    score(`scribble, scale ${controlScale}`, scene, await draw(prompt, n, options));
  }
  const outlined = { control: scene.picture, controlKind: 'scribble' } as const;
  score('turbo, none', scene, await turbo.draw(prompt, n));
  score('turbo, scribble', scene, await turbo.draw(prompt, n, outlined));
  process.stderr.write(`${n + 1} of ${values.count}: ${prompt}\n`);
}
interface Variant {
  readonly name: string;
  readonly isShown: boolean;
  readonly repeats: number;
  /** How often it goes through the auto-encoder beside what is known, after a second look (edit/join.ts); 0: neither. */
  readonly joins: number;
}
const VARIANTS: readonly Variant[] = [
  { name: 'not shown, once', isShown: false, repeats: 1, joins: 0 },
  { name: 'not shown, four times', isShown: false, repeats: 4, joins: 0 },
  { name: 'shown, once', isShown: true, repeats: 1, joins: 0 },
  { name: 'shown, twice', isShown: true, repeats: 2, joins: 0 },
  { name: 'shown, four times', isShown: true, repeats: 4, joins: 0 },
  { name: 'shown, once, and joined once', isShown: true, repeats: 1, joins: 1 },
  { name: 'shown, once, and joined twice', isShown: true, repeats: 1, joins: 2 },
  { name: 'shown, once, and joined four times', isShown: true, repeats: 1, joins: 4 },
];

/** The picture without the lower right of its thing, and what the model puts there. */
async function filled(scene: Scene, prompt: string, seed: number, variant: Variant) {
  const hole = holeIn(scene.thing);
  const own: DiffusionParts = {
    ...parts,
    inpaintRepeats: variant.repeats,
    inpaintJoins: variant.joins,
    async condition(prompts) {
      const call = await parts.condition(prompts);
      // Zeros stay in what the graph is fed.
      if (variant.isShown) return call;
      return { sample: call.sample, predict: (timestep) => call.predict(timestep) };
    },
  };
  const call = await conditionPrompt(own, prompt, { ...drawing, seed }, () => {});
  const options = { init: scene.picture, mask: whiteOnBlack(hole), strength: 1 };
  const edit = await prepareEdit(own, options, drawing);
  return { hole, made: await edit.make(call, seed, () => {}) };
}

/** From the middle of what `thing` covers to a little beyond its lower right. */
function holeIn({ data, width, height }: Mask): Mask {
  const at = [...data.keys()].filter((i) => data[i] !== 0);
  const [xs, ys] = [at.map((i) => i % width), at.map((i) => Math.floor(i / width))];
  const span = (values: number[]): [number, number] => {
    const [low, high] = [
      values.reduce((a, b) => Math.min(a, b)),
      values.reduce((a, b) => Math.max(a, b)),
    ];
    return [(low + high) >> 1, high + 6];
  };
  const [[left, right], [top, bottom]] = [span(xs), span(ys)];
  const inside = (i: number): boolean => {
    const [x, y] = [i % width, Math.floor(i / width)];
    return x >= left && x <= right && y >= top && y <= bottom;
  };
  return { data: Uint8Array.from(data, (_, i) => (inside(i) ? 1 : 0)), width, height };
}

/** Mean step between neighbours of which one is made, over that of pairs just outside. */
function seam({ hole, made }: { hole: Mask; made: Pixels }): number {
  let [across, outside, crossed, beside] = [0, 0, 0, 0];
  const step = (i: number, j: number): number =>
    [0, 1, 2].reduce((sum, c) => sum + Math.abs(made.data[3 * i + c]! - made.data[3 * j + c]!), 0);
  for (const by of [1, SIDE]) {
    for (let i = 2 * by; i < SIDE * SIDE; i++) {
      if (hole.data[i] === 0 || hole.data[i - by] !== 0) continue;
      across += step(i, i - by);
      crossed++;
      outside += step(i - by, i - 2 * by);
      beside++;
    }
  }
  return (across / crossed + 1) / (outside / beside + 1);
}

/** PSNR of what was made to what had been there. */
function nearness({ hole, made }: { hole: Mask; made: Pixels }, truth: Pixels): number {
  let [sum, count] = [0, 0];
  hole.data.forEach((value, i) => {
    if (value === 0) return;
    for (let c = 0; c < 3; c++) sum += (made.data[3 * i + c]! - truth.data[3 * i + c]!) ** 2;
    count += 3;
  });
  return 10 * Math.log10((255 * 255 * count) / sum);
}

const kept = (fill: { hole: Mask; made: Pixels }, truth: Pixels): boolean =>
  fill.made.data.every(
    (value, i) => fill.hole.data[Math.floor(i / 3)] !== 0 || value === truth.data[i],
  );

const untouched: number[] = [];
const fills = new Map(
  VARIANTS.map(({ name }) => [name, { seams: [] as number[], near: [] as number[] }]),
);
for (const [n, { scene, prompt }] of scenes.slice(0, Math.ceil(scenes.length / 2)).entries()) {
  for (const variant of VARIANTS) {
    const fill = await filled(scene, prompt, n, variant);
    if (!kept(fill, scene.picture)) throw new Error('a known pixel was changed');
    const own = fills.get(variant.name)!;
    own.seams.push(seam(fill));
    own.near.push(nearness(fill, scene.picture));
  }
  untouched.push(seam({ hole: holeIn(scene.thing), made: scene.picture }));
  process.stderr.write(`filled ${n + 1}: ${prompt}\n`);
}
await models.dispose();

const manifest = JSON.parse(
  readFileSync(new URL('../models/manifest.json', import.meta.url), 'utf8'),
) as { models: { name: string; sha256: string }[] };
const rows = [...scores].map(([control, { edges, overlaps }]) => ({
  control,
  edgeF: Number(mean(edges).toFixed(3)),
  overlap: Number(mean(overlaps).toFixed(3)),
}));
const model = manifest.models.find(({ name }) => name === 'dit')!.sha256.slice(0, 12);
const inpainting = [...fills].map(([mask, { seams, near }]) => ({
  mask,
  seam: Number(mean(seams).toFixed(3)),
  psnr: Number(mean(near).toFixed(2)),
}));
const ownSeam = Number(mean(untouched).toFixed(3));
const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim();
const machine = cpus()[0]!.model;
const result = {
  machine,
  commit,
  model,
  pictures: Number(values.count),
  rows,
  inpainting,
  ownSeam,
};
writeFileSync(RESULTS, JSON.stringify(result, null, 2) + '\n');
const tables = [
  `${values.count} pictures, ${drawing.steps} steps, dit ${model}, ${machine}, commit ${commit}.`,
  '',
  '| control | edge F | overlap |',
  '| --- | --- | --- |',
  ...rows.map(
    ({ control, edgeF, overlap: iou }) =>
      `| ${control} | ${edgeF.toFixed(2)} | ${iou.toFixed(2)} |`,
  ),
  '',
  '| mask, each step made | seam | PSNR in the hole |',
  '| --- | --- | --- |',
  ...inpainting.map(
    ({ mask, seam: ratio, psnr }) => `| ${mask} | ${ratio.toFixed(2)} | ${psnr.toFixed(1)} dB |`,
  ),
  `| the picture itself | ${ownSeam.toFixed(2)} | |`,
];
const [before, after] = readFileSync(PAGE, 'utf8').split(/<!-- control -->[^]*<!-- \/control -->/);
const block = `<!-- control -->\n\n${tables.join('\n')}\n\n<!-- /control -->`;
writeFileSync(PAGE, `${before}${block}${after}`);
