/** Pixels -> classifier report: choose crops, run them in one batch, pool, calibrate; a map over the picture when asked. */
import { flattenPixels } from '../../../image/index.js';
import type { DecodedImage, Pixels } from '../../../image/index.js';
import { oncePerStore, OnnxError } from '../../../onnx/index.js';
import type { ModelStore, OnnxModel } from '../../../onnx/index.js';
import type { ClassifierReport, EvidenceGrid } from '../../pixels-report.js';
import { calibrate, parseCalibration } from './calibration.js';
import type { ClassifierCalibration } from './calibration.js';
import { chooseCrops, CROP_SIZE, packCrops, spread } from './crops.js';
import type { CropPlace } from './crops.js';
import { pool } from './pooling.js';
import type { QualityBin } from './quality.js';
import { qualityBin } from './quality.js';

export const CLASSIFIER_MODEL = 'classifier';
const CALIBRATION_ASSET = 'classifier-calibration';
/** Cells a side of the map at most: 144 crops take two and a half seconds of one core. */
const MAP_CELLS_MAX = 12;
/** Crops per run, each judged twice (training/classifier/net.py): bounds memory at about 40 MB. */
const BATCH_MAX = 16;

const UNJUDGED = { logOdds: 0, decision: 'inconclusive', pReal: 1 } as const;

export interface ClassifierInput {
  bytes: Uint8Array;
  image: DecodedImage;
  models: ModelStore;
  heatmap: boolean;
}

interface Loaded {
  model: OnnxModel;
  calibration: ClassifierCalibration;
}

/** The model and its calibration, read once. */
const load = oncePerStore(open);

/** Null where the store has no classifier. @throws OnnxError when its files are damaged. */
export async function readClassifier(input: ClassifierInput): Promise<ClassifierReport | null> {
  const { bytes, image, models, heatmap } = input;
  const parts = await load(models);
  if (parts === null) return null;
  const { model, calibration } = parts;
  const pixels = flattenPixels(image.pixels);
  const places = chooseCrops(pixels, calibration.crops);
  const bin = qualityBin(bytes, image);
  const fits = Math.min(pixels.width, pixels.height) >= CROP_SIZE;
  // The calibration knows nothing of fewer (192 x 192 has four), so nothing is said.
  const judged = places.length === calibration.crops;
  const { logOdds, decision, pReal } = judged
    ? calibrate(pool(await runCrops(model, pixels, places)), bin, calibration)
    : UNJUDGED;
  return {
    model: CLASSIFIER_MODEL,
    score: round(1 / (1 + Math.exp(-logOdds))),
    llr: decision === 'inconclusive' ? 0 : round(logOdds),
    decision,
    pReal: round(pReal),
    falsePositiveRate: judged ? calibration.falsePositiveRate[bin] : null,
    crops: judged ? places.length : 0,
    quality: bin,
    ...(heatmap && fits ? { heatmap: await drawMap(parts, pixels, bin) } : {}),
  };
}

/**
 * One logit per place; positive leans synthetic. Each crop is judged alone, so the batch size changes nothing.
 * @throws OnnxError ONNX_RUN_FAILED when the graph gives anything but one finite number for each.
 */
export async function runCrops(
  model: OnnxModel,
  pixels: Pixels,
  places: readonly CropPlace[],
): Promise<number[]> {
  const logits: number[] = [];
  for (let at = 0; at < places.length; at += BATCH_MAX) {
    const batch = places.slice(at, at + BATCH_MAX);
    const data = packCrops(pixels, batch);
    const out = await model.run({
      crops: { data, dims: [batch.length, CROP_SIZE, CROP_SIZE, 3] },
    });
    logits.push(...Array.from(out['logits']?.data ?? [], Number));
  }
  if (logits.length !== places.length || !logits.every(Number.isFinite)) {
    throw new OnnxError({
      code: 'ONNX_RUN_FAILED',
      message:
        'classifier.onnx does not give one finite number for each square; install the package anew',
    });
  }
  return logits;
}

async function drawMap(
  { model, calibration }: Loaded,
  pixels: Pixels,
  bin: QualityBin,
): Promise<EvidenceGrid> {
  const rows = spread(pixels.height, MAP_CELLS_MAX);
  const columns = spread(pixels.width, MAP_CELLS_MAX);
  const places = rows.flatMap((top) => columns.map((left) => ({ left, top })));
  const logits = await runCrops(model, pixels, places);
  return {
    width: columns.length,
    height: rows.length,
    values: logits.map((logit) => round(calibrate(logit, bin, calibration).logOdds)),
  };
}

async function open(models: ModelStore): Promise<Loaded | null> {
  const manifest = await models.manifest();
  if (!manifest.models.some(({ name }) => name === CLASSIFIER_MODEL)) return null;
  const calibration = parseCalibration(await models.readAsset(CALIBRATION_ASSET));
  const model = await models.load(CLASSIFIER_MODEL);
  if (calibration.model !== model.sha256) {
    throw new OnnxError({
      code: 'ONNX_MANIFEST_INVALID',
      message:
        'classifier-calibration.json belongs to another classifier.onnx; run npm run bench:detect',
    });
  }
  return { model, calibration };
}

function round(value: number): number {
  return Number(value.toFixed(4));
}
