import { ImprintError } from '../core/index.js';

/**
 * - `ONNX_MANIFEST_INVALID`: manifest.json is missing, too large, no JSON, or breaks a rule.
 * - `ONNX_MODEL_MISSING`: no such model in the manifest, or its file is not there.
 * - `ONNX_HASH_MISMATCH`: the file is not the one that the manifest describes.
 * - `ONNX_LOAD_FAILED`: the runtime refused the graph.
 * - `ONNX_RUN_FAILED`: an input does not fit the graph, or the runtime failed while running it.
 */
export type OnnxErrorCode =
  | 'ONNX_MANIFEST_INVALID'
  | 'ONNX_MODEL_MISSING'
  | 'ONNX_HASH_MISMATCH'
  | 'ONNX_LOAD_FAILED'
  | 'ONNX_RUN_FAILED';

export class OnnxError extends ImprintError<OnnxErrorCode> {}
