/** From what a model predicts to the picture and the noise that it means (Salimans & Ho 2022, arXiv:2202.00512). */
import type { Settings } from './settings.js';

const fround = Math.fround;
const PREDICTIONS = ['epsilon', 'v_prediction', 'sample'] as const;
export type PredictionType = (typeof PREDICTIONS)[number];

export function readPrediction(settings: Settings): PredictionType {
  settings.refuse('thresholding');
  return settings.oneOf('prediction_type', 'epsilon', PREDICTIONS);
}

/** One value of the sample and of the model's output to one value of what they mean. */
export type Convert = (x: number, output: number) => number;

/** The picture, where the sample is `alpha * picture + sigma * noise`. */
export function toOriginal(type: PredictionType, alpha: number, sigma: number): Convert {
  if (type === 'sample') return (_x, m) => m;
  if (type === 'v_prediction') return (x, m) => fround(fround(alpha * x) - fround(sigma * m));
  return (x, m) => fround(fround(x - fround(sigma * m)) / alpha);
}

/** The noise, where the sample is `alpha * picture + sigma * noise`. */
export function toNoise(type: PredictionType, alpha: number, sigma: number): Convert {
  if (type === 'epsilon') return (_x, m) => m;
  if (type === 'v_prediction') return (x, m) => fround(fround(alpha * m) + fround(sigma * x));
  return (x, m) => fround(fround(x - fround(alpha * m)) / sigma);
}

/** The picture, where the sample is `picture + sigma * noise`. */
export function toOriginalAt(type: PredictionType, sigma: number): Convert {
  if (type === 'sample') return (_x, m) => m;
  if (type === 'epsilon') return (x, m) => fround(x - fround(sigma * m));
  const squared = fround(fround(sigma * sigma) + 1);
  const factor = fround(-sigma / fround(Math.sqrt(squared)));
  return (x, m) => fround(fround(m * factor) + fround(x / squared));
}

export type Clamp = (value: number) => number;

/** Identity when the configuration does not clip. */
export function readClamp(settings: Settings, clipsByDefault: boolean): Clamp {
  const range = settings.number('clip_sample_range', 1, 0, 1e6);
  if (!settings.boolean('clip_sample', clipsByDefault)) return (value) => value;
  return (value) => Math.min(range, Math.max(-range, value));
}
