/** The entry of models/manifest.json that describes the bundled latent-diffusion pipeline. */
import { printable } from '../../core/index.js';
import type { ModelManifest } from '../../onnx/index.js';
import { GenerateError } from '../errors.js';

/** The bundled pipeline whose transformer was distilled for one to four steps. */
export const TURBO_PIPELINE = 'imprint-tiny-ldm-turbo';

export interface LdmConfig {
  readonly name: string;
  readonly version: string;
  /** Names of models in the same manifest. */
  readonly textEncoder: string;
  readonly transformer: string;
  readonly vaeDecoder: string;
  readonly vaeEncoder?: string;
  readonly upscaler?: string;
  /** Name of the entry whose file is tokenizer.json. */
  readonly tokenizer: string;
  readonly maxTokens: number;
  readonly padId: number;
  readonly latent: {
    readonly channels: number;
    /** Rows and columns. */
    readonly size: number;
    /** Pixels per latent row. */
    readonly downscale: number;
    /** Per channel: decoder input = sample * std + mean. */
    readonly mean: readonly number[];
    readonly std: readonly number[];
  };
  /** The transformer was distilled with guidance inside: it reads one prompt and takes no scale. */
  readonly isGuidanceDistilled: boolean;
  readonly scheduler: { readonly class: string; readonly shift: number };
  readonly defaults: { readonly steps: number; readonly guidance: number };
}

/** Used when the manifest does not say: what the bundled tokenizer was trained with. */
const MAX_TOKENS_DEFAULT = 32;

/**
 * The checked description of `name`, or of the first pipeline.
 *
 * @throws GenerateError GENERATE_PIPELINE_INVALID naming the field and what it should be.
 */
export function readLdmConfig(manifest: ModelManifest, name?: string): LdmConfig {
  const { pipelines } = manifest;
  const found = name === undefined ? pipelines[0] : pipelines.find((p) => p['name'] === name);
  if (found === undefined) {
    const known = pipelines.map((p) => printable(String(p['name']))).join(', ') || 'none';
    throw invalid(
      name === undefined
        ? 'the manifest describes no pipeline'
        : `there is no pipeline "${printable(name)}"; the manifest has ${known}`,
    );
  }
  const text = textReader(found, '');
  const number = numberReader(found, '');
  const latent = section(found, 'latent');
  const latentNumber = numberReader(latent, 'latent.');
  const channels = latentNumber('channels', 1, 64, true);
  const scheduler = section(found, 'scheduler');
  const defaults = section(found, 'defaults');
  const defaultNumber = numberReader(defaults, 'defaults.');
  const schedulerNumber = numberReader(scheduler, 'scheduler.');
  return {
    name: text('name'),
    version: text('version'),
    textEncoder: text('textEncoder'),
    transformer: text('transformer'),
    vaeDecoder: text('vaeDecoder'),
    ...(found['vaeEncoder'] == null ? {} : { vaeEncoder: text('vaeEncoder') }),
    ...(found['upscaler'] == null ? {} : { upscaler: text('upscaler') }),
    tokenizer: text('tokenizer'),
    maxTokens: found['maxTokens'] == null ? MAX_TOKENS_DEFAULT : number('maxTokens', 2, 4096, true),
    padId: found['padId'] == null ? 0 : number('padId', 0, 1 << 24, true),
    latent: {
      channels,
      size: latentNumber('size', 1, 256, true),
      downscale: latentNumber('downscale', 1, 64, true),
      mean: numbers(latent, 'mean', channels),
      std: numbers(latent, 'std', channels),
    },
    isGuidanceDistilled: flag(found, 'guidanceDistilled'),
    scheduler: {
      class: textReader(scheduler, 'scheduler.')('class'),
      shift: scheduler['shift'] == null ? 1 : schedulerNumber('shift', 1e-3, 1e3),
    },
    defaults: {
      steps: defaultNumber('steps', 1, 1000, true),
      guidance: defaultNumber('guidance', 0, 100),
    },
  };
}

type Fields = Readonly<Record<string, unknown>>;

function section(from: Fields, field: string): Fields {
  const value = from[field];
  if (typeof value !== 'object' || value === null) throw invalid(`"${field}" should be an object`);
  return value as Fields;
}

function textReader(from: Fields, prefix: string): (field: string) => string {
  return (field) => {
    const value = from[field];
    if (typeof value !== 'string' || value === '' || printable(value) !== value) {
      throw invalid(`"${prefix}${field}" should be a short printable text`);
    }
    return value;
  };
}

function numberReader(from: Fields, prefix: string) {
  return (field: string, min: number, max: number, isInteger = false): number => {
    const value = from[field];
    const isNumber = typeof value === 'number' && value >= min && value <= max;
    if (!isNumber || (isInteger && !Number.isInteger(value))) {
      const kind = isInteger ? 'an integer' : 'a number';
      throw invalid(`"${prefix}${field}" should be ${kind} in ${min}..${max}`);
    }
    return value;
  };
}

function flag(from: Fields, field: string): boolean {
  const value = from[field] ?? false;
  if (typeof value !== 'boolean') throw invalid(`"${field}" should be true or false`);
  return value;
}

function numbers(latent: Fields, field: string, count: number): readonly number[] {
  const value = latent[field];
  if (!Array.isArray(value) || value.length !== count || !value.every(Number.isFinite)) {
    throw invalid(`"latent.${field}" should be ${count} numbers`);
  }
  return value as number[];
}

function invalid(what: string): GenerateError {
  return new GenerateError({
    code: 'GENERATE_PIPELINE_INVALID',
    message: `the models folder cannot generate images: ${what}`,
  });
}
