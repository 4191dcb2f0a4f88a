export { createModelStore, OnnxError, openFolder } from '../onnx/index.js';
export type { ModelFolder, ModelFolderOptions } from '../onnx/index.js';
export type { ModelStore, OnnxErrorCode } from '../onnx/index.js';
export {
  DIGITAL_SOURCE_TYPES,
  activeManifestLabel,
  assertSignature,
  C2paError,
  createCommandSigner,
  createGuardedFetch,
  createHttpSigner,
  createKmsSigner,
  createPemSigner,
  createRemoteSigner,
  createTimestampClient,
  CREDENTIALS_ENGINES,
  ensureDevCertificates,
  inspectCertificateChain,
  loadPublishedList,
  loadRubric,
  parseRubric,
  PUBLISHED,
  PUBLISHED_LISTS,
  RUBRIC_NAMES,
  SIGNING_ALGORITHMS,
  toTrustList,
  updatePublishedList,
  verifyTimestampToken,
} from '../c2pa/index.js';
export type {
  CredentialsEngine,
  AwsCredentials,
  C2paErrorCode,
  CertificateFinding,
  CertificateFindingLevel,
  CertificatePurpose,
  ChainCertificate,
  ChainReport,
  CommandSignerOptions,
  CredentialsReport,
  CrJsonReading,
  DevCertificates,
  CreatorMetadata,
  DigitalSourceType,
  GuardedFetch,
  GuardedFetchOptions,
  HttpSignerOptions,
  InspectChainOptions,
  KmsSignerOptions,
  ModelCredit,
  PemSignerOptions,
  PublishedListName,
  RemoteSignerOptions,
  Rubric,
  RubricCheck,
  RubricName,
  RubricReport,
  RubricRule,
  Signer,
  SigningAlgorithm,
  SigningRequest,
  StoredList,
  TimestampClientOptions,
  TimestampSource,
  TrainingMining,
  TrustList,
  TrustSettings,
  VerifiedTimestamp,
} from '../c2pa/index.js';
export {
  assertTakes,
  checkModelFolder,
  CONSISTENCY,
  CONTROL_KINDS,
  CONTROL_SOURCES,
  corpusPrompts,
  createFamilyGenerator,
  createGenerator,
  createUpscaler,
  FAMILIES,
  familyOf,
  GenerateError,
  likelihoodOf,
  TEXT_TAKES,
  TURBO_PIPELINE,
  SAMPLERS,
  UPSCALE_FACTORS,
} from '../generate/index.js';
export type {
  ControlKind,
  ControlRecord,
  ControlSource,
  CreateGeneratorOptions,
  Family,
  FamilyGeneratorOptions,
  FamilyOptionName,
  FamilyOptions,
  FolderPart,
  FolderReport,
  GenerateErrorCode,
  GenerateOptions,
  GenerateProgress,
  Generator,
  LatentMark,
  Likelihood,
  LikelihoodOptions,
  Margins,
  Sampler,
  Toward,
  UpscaledImage,
  UpscaleFactor,
  UpscaleOptions,
  Upscaler,
} from '../generate/index.js';
export type {
  Clash,
  Evidence,
  Finding,
  MetadataItem,
  RegistryAssociation,
  Report,
  Verdict,
  VerdictState,
  WatermarkReport,
} from '../detect/index.js';
export {
  decodeImage,
  encodeImage,
  fingerprintOf,
  ImageError,
  OUTPUT_FORMATS,
  readImageFile,
  readStream,
  resizePixels,
  sniffFormat,
} from '../image/index.js';
export type {
  DecodedImage,
  EncodeOptions,
  Fingerprint,
  ImageErrorCode,
  ImageFormat,
  ImageLimits,
  OutputFormat,
  Pixels,
} from '../image/index.js';
export type { Clock } from '../core/index.js';
export {
  createLatentMark,
  createWatermarkKey,
  embedWatermark,
  extractWatermark,
  LATENT_ALG,
  payloadFor,
  payloadOrigin,
  PUBLIC_KEY,
  readForeignMarks,
  SEARCHES,
  verifyWatermark,
  WATERMARK_ALG,
  watermarkHeatmap,
} from '../watermark/index.js';
export type {
  EmbedOptions,
  EmbedResult,
  ExtractOptions,
  ExtractResult,
  ForeignMark,
  Geometry,
  HeatmapOptions,
  PayloadOrigin,
  Search,
  VerifyOptions,
  WatermarkHeatmap,
  WatermarkKey,
} from '../watermark/index.js';
export type { StrengthOptions } from './embed.js';
export { ProvenanceError } from './errors.js';
export type { ProvenanceErrorCode } from './errors.js';
export { generateMarked } from './generate-marked.js';
export { upscaleMarked } from './upscale-marked.js';
export type { UpscaleMarkedOptions } from './upscale-marked.js';
export type { GeneratedMarkedImage, GenerateMarkedOptions } from './generate-marked.js';
export { drawnControl } from './source-file.js';
export type { SourceFile } from './source-file.js';
export { HEATMAP_RANGE, heatmapPicture } from './heatmap.js';
export type { HeatmapPictureOptions } from './heatmap.js';
export { renderHtmlReport } from './html/page.js';
export type { HtmlReportOptions } from './html/page.js';
export type { Issuer } from './identity.js';
export type { ManifestOptions } from './manifest-options.js';
export { mark } from './mark.js';
export type { MarkOptions } from './mark.js';
export type { MarkedImage } from './marked.js';
export type { MadeFrom, OriginOptions } from './origin.js';
export type { LookupOptions, RegistryMatch } from './lookup.js';
export { recover } from './recover.js';
export type { RecoverOptions, Recovery } from './recover.js';
export type { FoundBy } from './similarity.js';
export { openRegistry, RegistryError } from '../registry/index.js';
export type {
  Binding,
  NearRecord,
  NewRecord,
  Registry,
  RegistryErrorCode,
  RegistryPage,
  RegistryRecord,
  StoredAsset,
  StoredFingerprint,
} from '../registry/index.js';
export { defaultOutputFormat } from './output.js';
export { inspectFiles } from './batch/inspect-files.js';
export type { BatchOptions } from './batch/inspect-files.js';
export type { BatchFile, BatchSetup, FileOutcome, FileProblem } from './batch/inspect-file.js';
export { buildNote } from './note/note.js';
export type { Note } from './note/note.js';
export type { NoteLine } from './note/words.js';
export { signOnly } from './sign-only.js';
export type { SignedFile, SignOnlyOptions } from './sign-only.js';
export { ENGINES, TOOL } from './version.js';
export {
  createInspector,
  inspect,
  REQUIREMENTS,
  verdictExitCode,
  worstExitCode,
} from './verify.js';
export type {
  InspectFile,
  Inspector,
  InspectorOptions,
  Requirement,
  VerifyExitCode,
} from './verify.js';
