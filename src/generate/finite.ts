import { GenerateError } from './errors.js';

/** @throws GenerateError GENERATE_NAN, naming the part of the work that `values` came from. */
export function assertFinite(values: Float32Array | Float64Array, where: string): void {
  if (isAllFinite(values)) return;
  throw new GenerateError({
    code: 'GENERATE_NAN',
    message:
      `the model returned values that are no numbers at ${where}: ` +
      'lower the guidance, or check the model files (a half-precision export may overflow)',
  });
}

function isAllFinite(values: Float32Array | Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i]!)) return false;
  return true;
}
