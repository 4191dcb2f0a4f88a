export { baselineTest, EMPTY_BASELINE, parseBaseline, updatedBaseline } from './baseline.js';
export type { Baseline } from './baseline.js';
export { cacheWarning, createCache, createCachedInspector, openCache, setupKey } from './cache.js';
export type { CheckCache } from './cache.js';
export { diffFiles } from './diff/diff.js';
export type { DiffOptions } from './diff/diff.js';
export { openSides } from './diff/sides.js';
export type { Sides } from './diff/sides.js';
export { checkFiles } from './engine.js';
export type { CheckOptions } from './engine.js';
export { CheckError } from './errors.js';
export type { CheckErrorCode } from './errors.js';
export { EVIDENCE_FILES, evidenceBundle } from './evidence/bundle.js';
export type { EvidenceBundle, EvidenceInput } from './evidence/bundle.js';
export type { EvidenceTimestamp } from './evidence/timestamp.js';
export { verifyEvidence } from './evidence/verify.js';
export type { EvidenceVerdict, VerifyEvidenceOptions } from './evidence/verify.js';
export { NO_PAINT } from './formats/format.js';
export type { Format, FormatContext, Paint } from './formats/format.js';
export { githubOutputs } from './formats/github.js';
export { FORMAT_NAMES, FORMATS } from './formats/index.js';
export type { FormatName } from './formats/index.js';
export { changedFiles, repositoryTop } from './git.js';
export { createFileInspector } from './inspector.js';
export type { InspectorSetup } from './inspector.js';
export type {
  ChangeSummary,
  CheckFile,
  CheckFinding,
  CheckResult,
  CheckSummary,
  FileResult,
  Inspected,
  InspectFile,
  InspectSettings,
  Level,
  Problem,
} from './model.js';
export { parsePolicy } from './policy/document.js';
export type { ParsedPolicy } from './policy/document.js';
export { findPolicy, namedPolicy } from './policy/find.js';
export type { FoundPolicy } from './policy/find.js';
export { createPolicy } from './policy/policy.js';
export type { FailOn, Policy } from './policy/policy.js';
export { policyJsonSchema, PRESET_NAMES } from './policy/schema.js';
export type { PresetName } from './policy/schema.js';
export { createInspectorPool, DEFAULT_JOBS } from './pool.js';
export type { InspectorPool } from './pool.js';
export { RULES } from './rules/index.js';
export { rulePage, ruleIndex } from './rules/page.js';
export type { Rule } from './rules/rule.js';
export { isImageName, pathFrom, walk } from './walk.js';
export type { WalkOptions, WalkResult } from './walk.js';
