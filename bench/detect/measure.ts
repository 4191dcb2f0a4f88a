/** Runs the shipped path (crops, graph, pooling) over pictures and variants, and keeps one line per result. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { decodeImage, flattenPixels } from '../../src/image/index.js';
import type { OnnxModel } from '../../src/onnx/index.js';
import { createModelStore } from '../../src/onnx/index.js';
import { chooseCrops } from '../../src/detect/signals/classifier/crops.js';
import { pool } from '../../src/detect/signals/classifier/pooling.js';
import { qualityBin } from '../../src/detect/signals/classifier/quality.js';
import type { QualityBin } from '../../src/detect/signals/classifier/quality.js';
import { CLASSIFIER_MODEL, runCrops } from '../../src/detect/signals/classifier/read.js';
import { filesOf, isWanted } from './sources.js';
import type { Source } from './sources.js';
import { MAIN_VARIANTS, middle, VARIANTS } from './variants.js';

export interface Measured {
  source: string;
  file: string;
  variant: string;
  bin: QualityBin;
  /** Of the crops, in the order of `chooseCrops`; as kept, so that another pooling needs no new measurement. */
  logits: readonly number[];
  /** What the report's score comes from. */
  pooled: number;
  crops: number;
  width: number;
  height: number;
  bytes: number;
}

export interface MeasureOptions {
  data: string;
  work: string;
  models: string;
  /** Pictures per source for the main variants, and for all of them. */
  most: number;
  mostAll: number;
  crops: number;
  shard: number;
  shards: number;
}

/** Folder of results for one graph and one number of crops. */
async function resultsFolder({ work, models, crops }: MeasureOptions): Promise<string> {
  const { models: entries } = await createModelStore({ dir: models }).manifest();
  const sha = entries.find(({ name }) => name === CLASSIFIER_MODEL)?.sha256 ?? 'none';
  return join(work, `classifier-${sha.slice(0, 12)}-${crops}`);
}

export async function readMeasured(options: MeasureOptions): Promise<Measured[]> {
  const folder = await resultsFolder(options);
  if (!existsSync(folder)) return [];
  return (
    readdirSync(folder)
      .filter((name) => name.endsWith('.ndjson'))
      .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'))
      .filter((line) => line.endsWith('}'))
      .map((line) => JSON.parse(line) as Omit<Measured, 'pooled'>)
      // Of one colour throughout, after what was done to it: the report does not judge it.
      .filter(({ logits }) => logits.length > 0)
      .map((line) => ({ ...line, pooled: pool(line.logits) }))
  );
}

export async function measure(sources: readonly Source[], options: MeasureOptions): Promise<void> {
  const folder = await resultsFolder(options);
  mkdirSync(folder, { recursive: true });
  const done = new Set((await readMeasured(options)).map(keyOf));
  const path = join(folder, `${options.shard}.ndjson`);
  const model = await createModelStore({ dir: options.models, threads: 1 }).load(CLASSIFIER_MODEL);
  const lists = sources.map((source) => ({
    source,
    files: filesOf(source, options.data),
    used: 0,
  }));
  // Breadth first, so that a run that is cut short has something of every source.
  for (let at = 0; lists.some(({ files }) => at < files.length); at++) {
    for (const list of lists) {
      const file = list.files[at];
      if (file === undefined || list.used >= options.most) continue;
      const bytes = new Uint8Array(readFileSync(join(options.data, list.source.folder!, file)));
      const image = await decodeImage(bytes).catch(() => null);
      if (image === null || !isWanted(list.source, bytes, image)) continue;
      const index = list.used++;
      if (index % options.shards !== options.shard) continue;
      const names = index < options.mostAll ? Object.keys(VARIANTS) : MAIN_VARIANTS;
      const base = middle(image.pixels);
      for (const variant of names) {
        const key = { source: list.source.name, file, variant };
        if (done.has(keyOf(key))) continue;
        const made = await VARIANTS[variant]?.(base, `${list.source.name}/${file}`);
        const result = await score(model, made ?? bytes, options.crops);
        appendFileSync(path, `${JSON.stringify({ ...key, ...result })}\n`);
      }
    }
  }
}

function keyOf({ source, file, variant }: Pick<Measured, 'source' | 'file' | 'variant'>): string {
  return `${source}\n${file}\n${variant}`;
}

async function score(
  model: OnnxModel,
  bytes: Uint8Array,
  crops: number,
): Promise<Omit<Measured, 'source' | 'file' | 'variant' | 'pooled'>> {
  const image = await decodeImage(bytes);
  const pixels = flattenPixels(image.pixels);
  const places = chooseCrops(pixels, crops);
  const logits = await runCrops(model, pixels, places);
  return {
    bin: qualityBin(bytes, image),
    logits: logits.map((logit) => Number(logit.toFixed(4))),
    crops: places.length,
    width: image.width,
    height: image.height,
    bytes: bytes.length,
  };
}
