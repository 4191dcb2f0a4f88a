/** Inspectors, and report -> exit code as a pure function (docs/architecture.md). */
import { assertOneOf } from '../core/index.js';
import type { CrJsonReading } from '../c2pa/index.js';
import { readCrJson } from '../c2pa/index.js';
import type { InspectOptions, Report } from '../detect/index.js';
import { assertPrior, hasTrustedTimestamp, inspectImage, wasFetched } from '../detect/index.js';
import { ImageError, sniffFormat } from '../image/index.js';
import { createModelStore } from '../onnx/index.js';
import type { Registry } from '../registry/index.js';
import { WATERMARK_ALG } from '../watermark/index.js';
import { withRecovered } from './recover-report.js';
import { TOOL } from './version.js';

/** What a caller may demand of every file. */
export const REQUIREMENTS = [
  'credentials',
  'trusted',
  'watermark',
  'timestamp',
  'ai-label',
] as const;
export type Requirement = (typeof REQUIREMENTS)[number];

/** Stable API: 0 satisfied, 2 altered or violated, 3 provenance absent, 4 not trusted. */
export type VerifyExitCode = 0 | 2 | 3 | 4;

export interface InspectFile {
  path?: string;
  /** A manifest store (application/c2pa) that lies beside the file. */
  manifestData?: Uint8Array;
}

export interface Inspector {
  /** @throws ImageError when the bytes are no readable image. */
  inspect: (bytes: Uint8Array, file?: InspectFile) => Promise<Report>;
  /**
   * The credentials alone, with the engine's own crJSON. The pixels are not decoded.
   *
   * @throws ImageError IMAGE_UNSUPPORTED when the bytes are no known format.
   */
  crJson: (bytes: Uint8Array, file?: Pick<InspectFile, 'manifestData'>) => Promise<CrJsonReading>;
}

export interface RegistryOption {
  /** Asked about what the image carries, and for credentials that it lost. Default: nobody is asked. */
  registry?: Registry;
}

export type InspectorOptions = RegistryOption &
  Omit<InspectOptions, 'tool' | 'path' | 'manifestData'>;

/**
 * One set of keys, lists, limits and loaded models for many files.
 *
 * @throws RangeError or TypeError for a `prior` that is no number in 0.001..0.999.
 */
export function createInspector(options: InspectorOptions = {}): Inspector {
  if (options.prior !== undefined) assertPrior(options.prior);
  const models = options.models ?? createModelStore();
  return {
    inspect: async (bytes, file = {}) => {
      const report = await inspectImage(bytes, { ...options, ...file, models, tool: TOOL });
      const { registry } = options;
      return registry === undefined ? report : withRecovered(report, bytes, registry, options);
    },
    crJson: (bytes, { manifestData } = {}) => {
      const { trust, validationTime, fetchRemote } = options;
      return readCrJson(bytes, knownMime(bytes), {
        ...(trust === undefined ? {} : { trust }),
        ...(validationTime === undefined ? {} : { validationTime }),
        ...(fetchRemote === undefined ? {} : { fetchRemote }),
        ...(manifestData === undefined ? {} : { manifestData }),
      });
    },
  };
}

function knownMime(bytes: Uint8Array): string {
  const sniffed = sniffFormat(bytes);
  if (sniffed === null) {
    throw new ImageError({ code: 'IMAGE_UNSUPPORTED', message: 'no image format known here' });
  }
  return sniffed.mime;
}

/** One report. For many files make one inspector and keep it. */
export function inspect(
  bytes: Uint8Array,
  options: InspectorOptions & InspectFile = {},
): Promise<Report> {
  return createInspector(options).inspect(bytes, options);
}

/**
 * The worst code that `report` earns. Findings of level `error` are always 2; what `require` names is 3
 * when it is not there and 4 when it is there but nobody in the lists vouches for it.
 */
export function verdictExitCode(
  report: Report,
  require: readonly Requirement[] = [],
): VerifyExitCode {
  for (const requirement of require) assertOneOf(requirement, 'require', REQUIREMENTS);
  const codes: VerifyExitCode[] = report.findings.some(({ level }) => level === 'error') ? [2] : [];
  // A rubric asks for credentials too.
  if (report.rubric?.checks.length === 0) codes.push(3);
  for (const requirement of require) codes.push(requirementCode(report, requirement));
  return worstExitCode(codes) as VerifyExitCode;
}

function requirementCode(report: Report, requirement: Requirement): VerifyExitCode {
  const { credentials, watermarks, evidence } = report;
  const { presence, integrity, signer } = credentials;
  // What is merely associated with a file is not its provenance.
  const associated = presence === 'recovered' && integrity !== 'intact';
  const absent =
    presence === 'absent' || associated || (presence === 'remote' && !wasFetched(credentials));
  switch (requirement) {
    case 'credentials':
      return absent ? 3 : integrity === 'intact' ? 0 : 2;
    case 'trusted':
      if (absent) return 3;
      return integrity !== 'intact' ? 2 : signer?.status === 'trusted' ? 0 : 4;
    case 'timestamp':
      if (associated || signer?.timestamp == null) return 3;
      return hasTrustedTimestamp(credentials) ? 0 : 4;
    case 'watermark':
      // Our own mark: words of other generators are public, and nobody vouches for them.
      return watermarks.some(({ alg, status }) => alg === WATERMARK_ALG && status !== 'none')
        ? 0
        : 3;
    case 'ai-label':
      return evidence.some(({ claim }) => claim === 'ai-generated' || claim === 'ai-edited')
        ? 0
        : 3;
  }
}

/** Of many files the worst decides, in the order 2 5 4 3 1 0. */
export function worstExitCode(codes: readonly number[]): number {
  const order = [2, 5, 4, 3, 1, 0];
  return order.find((code) => codes.includes(code)) ?? 0;
}
