export { MAX_RADIUS } from './bands.js';
export { RegistryError } from './errors.js';
export type { RegistryErrorCode } from './errors.js';
export { openRegistry } from './open.js';
export type {
  Binding,
  NearRecord,
  NewRecord,
  Registry,
  RegistryPage,
  RegistryRecord,
  StoredAsset,
  StoredFingerprint,
} from './registry.js';
