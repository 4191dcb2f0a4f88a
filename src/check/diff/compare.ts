/** What became of one file's credentials and watermark between two looks at it. */
import type { Report } from '../../provenance/index.js';
import { WATERMARK_ALG } from '../../provenance/index.js';
import type { ChangeKind, ChangeSummary, Inspected } from '../model.js';
import { lacksCredentials } from '../rules/rule.js';

type WatermarkChange = ChangeSummary['watermark'];

export function compareLooks(
  before: Inspected | null,
  after: Inspected | null,
  searched: boolean,
): Pick<ChangeSummary, 'credentials' | 'watermark'> {
  return {
    credentials: credentialsChange(before, after),
    watermark: searched ? watermarkChange(before, after) : 'not-searched',
  };
}

function credentialsChange(before: Inspected | null, after: Inspected | null): ChangeKind {
  if (before === null) return 'added';
  if (after === null) return 'removed';
  if ('problem' in before || 'problem' in after) return 'unreadable';
  const [had, has] = [!lacksCredentials(before.report), !lacksCredentials(after.report)];
  if (!had) return has ? 'gained' : 'none';
  if (!has) return 'dropped';
  if (before.report.file.sha256 === after.report.file.sha256) return 'kept';
  const [wasIntact, isIntact] = [isIntactIn(before.report), isIntactIn(after.report)];
  if (wasIntact && !isIntact) return 'broken';
  if (!wasIntact && !isIntact) return 'kept';
  return wasIntact && statement(before.report) === statement(after.report) ? 'kept' : 're-signed';
}

const isIntactIn = ({ credentials }: Report): boolean => credentials.integrity === 'intact';

/** Who said what and when: the same in two files that carry the same manifest. */
function statement({ credentials: { signer, claim, softBindings } }: Report): string {
  const { subject, issuer, timestamp } = signer ?? {};
  return JSON.stringify([subject, issuer, timestamp, claim, softBindings]);
}

function watermarkChange(before: Inspected | null, after: Inspected | null): WatermarkChange {
  const [was, is] = [payloadOf(before), payloadOf(after)];
  if (before === null || after === null) return 'none';
  if (was === null) return is === null ? 'none' : 'gained';
  if (is === null) return 'lost';
  return was === is ? 'kept' : 'replaced';
}

function payloadOf(inspected: Inspected | null): string | null {
  if (inspected === null || 'problem' in inspected) return null;
  const own = inspected.report.watermarks.find(({ alg }) => alg === WATERMARK_ALG);
  return own?.payload ?? null;
}
