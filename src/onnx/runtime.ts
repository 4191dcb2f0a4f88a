/** What the runtime can run, for checks that do not load a model. */

/** ONNX operator sets that onnxruntime-node 1.30 accepts (test/onnx/runtime.test.ts tries both ends). */
export const OPSET_RANGE: readonly [low: number, high: number] = [7, 26];

export const OPERATOR_DOMAINS: ReadonlySet<string> = new Set([
  '',
  'ai.onnx.ml',
  'com.microsoft',
  'com.microsoft.nchwc',
]);

/** Fused operators of optimised exports that exist for CUDA and not for processors. */
export const CUDA_ONLY_OPERATORS: ReadonlySet<string> = new Set(
  [
    'BiasAdd',
    'BiasSplitGelu',
    'GemmFloat8',
    'GroupNorm',
    'NhwcConv',
    'PackedAttention',
    'PackedMultiHeadAttention',
    'SkipGroupNorm',
  ].map((name) => `com.microsoft.${name}`),
);
