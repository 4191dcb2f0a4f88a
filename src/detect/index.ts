export { STRENGTH_RANK } from './evidence.js';
export type { Evidence, EvidenceClaim, EvidenceLayer, EvidenceStrength } from './evidence.js';
export { assertPrior, fuse } from './fusion/fuse.js';
export type { FuseOptions } from './fusion/fuse.js';
export { STATE_WORDS } from './fusion/would-change.js';
export type { FuseContext } from './fusion/would-change.js';
export { inspectImage } from './inspect.js';
export type { InspectOptions } from './inspect.js';
export type {
  ClassifierReport,
  EvidenceGrid,
  ForensicObservation,
  ForensicPicture,
  PixelsReport,
} from './pixels-report.js';
export { REPORT_SCHEMA_VERSION } from './report.js';
export type {
  Clash,
  FileFacts,
  Finding,
  FindingLevel,
  MetadataItem,
  MetadataReport,
  RegistryAssociation,
  Report,
  Verdict,
  VerdictState,
  WatermarkReport,
} from './report.js';
export { hasTrustedTimestamp, wasFetched } from './signals/credentials.js';
export { readMetadataEvidence } from './signals/metadata/evidence.js';
export { softBindingValue } from './signals/watermark.js';
export { forensicPictures } from './signals/forensics/pictures/index.js';
export { digitalSourceType } from './source-type.js';
