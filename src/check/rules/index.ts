/** All rules, in the order of their ids: one file and one line each. */
import { credentialsMissing } from './im101-credentials-missing.js';
import { credentialsStripped } from './im102-credentials-stripped.js';
import { credentialsRemote } from './im103-credentials-remote.js';
import { credentialsForbidden } from './im104-credentials-forbidden.js';
import { credentialsRecovered } from './im105-credentials-recovered.js';
import { credentialsDropped } from './im111-credentials-dropped.js';
import { credentialsReSigned } from './im112-credentials-re-signed.js';
import { signedFileRemoved } from './im113-signed-file-removed.js';
import { contentAltered } from './im201-content-altered.js';
import { ingredientBroken } from './im204-ingredient-broken.js';
import { credentialsMalformed } from './im205-credentials-malformed.js';
import { integrityUnproved } from './im206-integrity-unproved.js';
import { credentialsBroken } from './im211-credentials-broken.js';
import { signerUntrusted } from './im301-signer-untrusted.js';
import { certificateExpired } from './im302-certificate-expired.js';
import { certificateRevoked } from './im303-certificate-revoked.js';
import { certificateUnfit } from './im304-certificate-unfit.js';
import { timestampMissing } from './im305-timestamp-missing.js';
import { timestampInFuture } from './im306-timestamp-in-future.js';
import { identityUnvouched } from './im307-identity-unvouched.js';
import { signerUnexpected } from './im308-signer-unexpected.js';
import { aiLabelMissing } from './im401-ai-label-missing.js';
import { rubricFailed } from './im403-rubric-failed.js';
import { aiUnlabelled } from './im404-ai-unlabelled.js';
import { aiForbidden } from './im405-ai-forbidden.js';
import { evidenceClash } from './im406-evidence-clash.js';
import { disclosureIncomplete } from './im407-disclosure-incomplete.js';
import { declaredWatermarkMissing } from './im501-declared-watermark-missing.js';
import { watermarkMismatch } from './im502-watermark-mismatch.js';
import { watermarkMissing } from './im503-watermark-missing.js';
import { watermarkForbidden } from './im504-watermark-forbidden.js';
import { watermarkLost } from './im511-watermark-lost.js';
import { pixelsUndecodable } from './im901-pixels-undecodable.js';
import { fileUnreadable } from './im902-file-unreadable.js';
import { mediaUnsupported } from './im903-media-unsupported.js';
import { fileChanged } from './im904-file-changed.js';
import { ignoreExpired } from './im905-ignore-expired.js';
import { ruleMatchesNothing } from './im906-rule-matches-nothing.js';
import { ignoreUnused } from './im907-ignore-unused.js';
import type { Rule } from './rule.js';

export const RULES: readonly Rule[] = [
  credentialsMissing,
  credentialsStripped,
  credentialsRemote,
  credentialsForbidden,
  credentialsRecovered,
  credentialsDropped,
  credentialsReSigned,
  signedFileRemoved,
  contentAltered,
  ingredientBroken,
  credentialsMalformed,
  integrityUnproved,
  credentialsBroken,
  signerUntrusted,
  certificateExpired,
  certificateRevoked,
  certificateUnfit,
  timestampMissing,
  timestampInFuture,
  identityUnvouched,
  signerUnexpected,
  aiLabelMissing,
  rubricFailed,
  aiUnlabelled,
  aiForbidden,
  evidenceClash,
  disclosureIncomplete,
  declaredWatermarkMissing,
  watermarkMismatch,
  watermarkMissing,
  watermarkForbidden,
  watermarkLost,
  pixelsUndecodable,
  fileUnreadable,
  mediaUnsupported,
  fileChanged,
  ignoreExpired,
  ruleMatchesNothing,
  ignoreUnused,
];
