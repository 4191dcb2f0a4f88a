/** What stops a check: a policy, baseline or revision that cannot be used. What a file lacks is a finding. */
import { ImprintError } from '../core/index.js';

export type CheckErrorCode =
  | 'CHECK_POLICY'
  | 'CHECK_BASELINE'
  | 'CHECK_GIT'
  | 'CHECK_NOTHING'
  | 'CHECK_DIFF'
  | 'CHECK_EVIDENCE'
  | 'CHECK_REPORT';

export class CheckError extends ImprintError<CheckErrorCode> {}
