export { isKeypointFile, skeletonOfKeypoints } from './control/keypoints.js';
export { CONTROL_KINDS, CONTROL_SOURCES } from './control/kinds.js';
export type { ControlKind, ControlSource } from './control/kinds.js';
export type { ControlRecord } from './control/prepare-control.js';
export type { Margins } from './edit/canvas.js';
export type { EditRecord } from './edit/edit-image.js';
export { GenerateError } from './errors.js';
export type { GenerateErrorCode } from './errors.js';
export type { Family, FamilyOptionName, FamilyOptions, Sampler } from './families/family.js';
export { SAMPLERS } from './families/family.js';
export { corpusPrompts } from './families/corpus-prompts.js';
export { createFamilyGenerator } from './families/family-generator.js';
export type { FamilyGeneratorOptions } from './families/family-generator.js';
export { likelihoodOf } from './families/flow.js';
export type { Likelihood, LikelihoodOptions } from './families/flow.js';
export { assertTakes, CONSISTENCY, FAMILIES, familyOf, TEXT_TAKES } from './families/registry.js';
export { createGenerator } from './generator.js';
export { TURBO_PIPELINE } from './pipelines/ldm-config.js';
export type { CreateGeneratorOptions, GeneratedImage, Generator } from './generator.js';
export { checkModelFolder } from './model-folder.js';
export type { FolderPart, FolderReport } from './model-folder.js';
export type {
  GenerateOptions,
  GenerateProgress,
  GenerateStage,
  ImageSize,
  LatentMark,
  Toward,
} from './options.js';
export type { PipelineIdentity } from './pipelines/parts.js';
export { createFlowMatchEulerScheduler } from './schedulers/flow-match-euler.js';
export type { FlowMatchOptions } from './schedulers/flow-match.js';
export { createScheduler, SCHEDULER_CLASSES } from './schedulers/from-config.js';
export type {
  NoiseSource,
  PlanRequest,
  SamplingPlan,
  Scheduler,
  SigmaPlan,
} from './schedulers/scheduler.js';
export { parseSchedulerConfig } from './schedulers/settings.js';
export { createUpscaler, UPSCALE_FACTORS } from './upscale.js';
export type { UpscaledImage, UpscaleFactor, UpscaleOptions, Upscaler } from './upscale.js';
