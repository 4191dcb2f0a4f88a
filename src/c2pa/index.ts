export { activeManifestLabel } from './active-manifest.js';
export { issueCertificate, KEY_PURPOSE } from './certificates.js';
export type { IssuedCertificate, IssueOptions, KeyKind } from './certificates.js';
export type { Claim, ClaimedIngredient, DeclaredSoftBinding } from './claim.js';
export { breaksIntegrity } from './codes.js';
export type { SignerStatus } from './codes.js';
export { ensureDevCertificates } from './dev-certificates.js';
export type { DevCertificates, DevCertificatesOptions } from './dev-certificates.js';
export { inspectCertificateChain } from './doctor/inspect.js';
export type { CertificateFinding, ChainCertificate, ChainReport } from './doctor/inspect.js';
export type { InspectChainOptions } from './doctor/examine.js';
export type { CertificateFindingLevel, CertificatePurpose } from './doctor/rule.js';
export { C2paError } from './errors.js';
export type { C2paErrorCode } from './errors.js';
export { CREDENTIAL_FORMATS, isCredentialFormat } from './formats.js';
export type { CredentialFormat } from './formats.js';
export type { ParentImage } from './ingredients.js';
export type { ClaimedAction } from './manifest.js';
export { createGuardedFetch } from './fetch.js';
export type { GuardedFetch, GuardedFetchOptions } from './fetch.js';
export type { Revocation } from './ocsp.js';
export { CREDENTIALS_ENGINES, readCredentials, readCrJson } from './read.js';
export type { CredentialsEngine, CrJsonReading, ReadCredentialsOptions } from './read.js';
export type {
  CredentialsCodes,
  CredentialsPresence,
  CredentialsReport,
  ListInUse,
} from './report.js';
export { checkRubric } from './rubric/check.js';
export type { RubricReport } from './rubric/check.js';
export { evaluateRubric } from './rubric/evaluate.js';
export type { RubricCheck } from './rubric/evaluate.js';
export { parseRubric } from './rubric/rubric.js';
export type { Rubric, RubricRule } from './rubric/rubric.js';
export { loadRubric, RUBRIC_NAMES } from './rubric/shipped.js';
export type { RubricName } from './rubric/shipped.js';
export type { CredentialsSigner } from './standing.js';
export type { TrustList, TrustSettings } from './settings.js';
export { signImage } from './sign.js';
export type { SignedImage, SignImageOptions } from './sign.js';
export { SIGNING_ALGORITHMS } from './signer.js';
export type { Signer, SigningAlgorithm } from './signer.js';
export { createCommandSigner } from './signers/command.js';
export type { CommandSignerOptions } from './signers/command.js';
export { createHttpSigner } from './signers/http.js';
export type { HttpSignerOptions } from './signers/http.js';
export { createKmsSigner } from './signers/kms.js';
export type { KmsSignerOptions } from './signers/kms.js';
export { createPemSigner } from './signers/pem.js';
export type { PemSignerOptions } from './signers/pem.js';
export { assertSignature, signWithKey } from './signers/raw-signature.js';
export { createRemoteSigner } from './signers/remote.js';
export type { RemoteSignerOptions, SigningRequest } from './signers/remote.js';
export type { AwsCredentials } from './signers/sigv4.js';
export { editedManifest } from './templates/edited.js';
export type { EditedOptions } from './templates/edited.js';
export { markedManifest } from './templates/marked.js';
export type { MarkedOptions } from './templates/marked.js';
export type { CreatorMetadata } from './templates/metadata.js';
export { remadeManifest } from './templates/remade.js';
export type { RemadeOptions } from './templates/remade.js';
export { textToImageManifest } from './templates/text-to-image.js';
export type { TextToImageOptions } from './templates/text-to-image.js';
export type { TrainingMining } from './templates/training-mining.js';
export { DIGITAL_SOURCE_TYPES } from './templates/types.js';
export type {
  DigitalSourceType,
  ManifestIngredient,
  ManifestTemplate,
  ModelCredit,
  ParentIngredient,
  SoftBinding,
  Software,
  TemplateOptions,
} from './templates/types.js';
export { updateManifest } from './templates/update.js';
export type { UpdateOptions } from './templates/update.js';
export { createTimestampClient } from './timestamp-client.js';
export { verifyTimestampToken } from './verify-timestamp.js';
export type { VerifiedTimestamp } from './verify-timestamp.js';
export type { TimestampClientOptions } from './timestamp-client.js';
export { PUBLISHED, PUBLISHED_LISTS } from './trust/published.js';
export type { PublishedListName } from './trust/published.js';
export { toTrustList } from './trust/saved.js';
export { loadPublishedList } from './trust/store.js';
export type { StoredList } from './trust/store.js';
export { updatePublishedList } from './trust/update.js';
export type { FetchListOptions } from './trust/update.js';
export { createTimestampAuthority } from './timestamp.js';
export type { TimestampAuthorityOptions, TimestampSource } from './timestamp.js';
