export { OnnxError } from './errors.js';
export type { OnnxErrorCode } from './errors.js';
export { parseModelManifest, readModelManifest } from './manifest.js';
export type { ManifestTensor, ModelEntry, ModelManifest } from './manifest.js';
export type { OnnxModel } from './model.js';
export { createModelStore } from './store.js';
export type { ModelStore, ModelStoreOptions } from './store.js';
export { tensorFor } from './tensor.js';
export type { OnnxTensor, TensorData, TensorInfo, TensorType } from './tensor.js';
