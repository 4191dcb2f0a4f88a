/** Content Credentials -> evidence and findings. Integrity and trust stay two different things. */
import { printable } from '../../core/index.js';
import type { CredentialsReport } from '../../c2pa/index.js';
import type { Evidence, EvidenceStrength } from '../evidence.js';
import type { Finding } from '../report.js';
import { digitalSourceType } from '../source-type.js';

const WHERE = 'c2pa:active-manifest';

/** ln likelihood ratios by what backs the claim; docs/detection.md. */
const CREDENTIALS_LLR = { cryptographic: 12, declared: 5 } as const;

export function credentialsEvidence(credentials: CredentialsReport): Evidence[] {
  const { claim, signer, integrity } = credentials;
  if (claim?.digitalSourceType == null) return [];
  const meaning = digitalSourceType(claim.digitalSourceType);
  if (meaning === null) return [];

  const intact = integrity === 'intact';
  const backed = intact && signer?.status === 'trusted';
  // A claim in an altered file, or by a signer that nobody vouches for, is only a statement.
  const strength: EvidenceStrength = backed ? 'cryptographic' : 'declared';
  const sign = meaning.claim === 'camera-captured' ? -1 : 1;
  const by = signer?.subject == null ? 'unknown signer' : printable(signer.subject, 80);
  return [
    {
      id: `credentials.${meaning.claim ?? 'source'}`,
      layer: 'credentials',
      finding: `${backed ? 'Trusted' : intact ? 'Intact, untrusted' : 'Altered'} credentials by ${by} say: ${meaning.label}`,
      strength,
      claim: meaning.claim,
      llr: meaning.claim === null ? 0 : sign * (intact ? CREDENTIALS_LLR[strength] : 2),
      spoofable: !backed,
      where: WHERE,
      explain: backed
        ? 'The signature covers the claim and the pixels, and the signer stands on a trust list.'
        : intact
          ? 'The signature covers the claim and the pixels, but nobody on a trust list vouches for the signer.'
          : 'The file was changed after signing, so the claim may not be about these pixels.',
    },
  ];
}

export function credentialsFindings(credentials: CredentialsReport): Finding[] {
  const { presence, integrity, signer, codes } = credentials;
  const failure = codes.failure[0] ?? null;
  const finding = (ruleId: string, level: Finding['level'], message: string): Finding => ({
    ruleId,
    level,
    message,
    code: failure,
    where: 'c2pa',
  });
  switch (presence) {
    case 'absent':
      return [{ ...finding('IM101', 'note', 'No Content Credentials'), code: null }];
    case 'remote':
      return [
        {
          ...finding('IM103', 'warning', 'Credentials are remote and were not fetched'),
          code: null,
        },
      ];
    case 'malformed':
      return [finding('IM205', 'error', 'Content Credentials are present but cannot be read')];
    case 'embedded':
    case 'sidecar':
    case 'recovered':
      break;
  }
  const findings: Finding[] = [];
  if (integrity === 'altered') {
    findings.push(finding('IM201', 'error', 'The file or its manifest was changed after signing'));
  }
  switch (signer?.status) {
    case 'untrusted':
      findings.push(finding('IM301', 'warning', 'The signer is on no trust list in use'));
      break;
    case 'expired':
      findings.push(
        finding(
          'IM302',
          'warning',
          'The certificate has expired and no trusted timestamp vouches for the time of signing',
        ),
      );
      break;
    case 'revoked':
      findings.push(finding('IM303', 'error', 'The certificate was revoked'));
      break;
    case 'invalid':
      findings.push(finding('IM304', 'error', 'The certificate may not sign Content Credentials'));
      break;
    case 'trusted':
    case undefined:
      break;
  }
  if (signer != null && signer.timestamp == null) {
    findings.push({ ...finding('IM305', 'note', 'No trusted timestamp'), code: null });
  }
  return findings;
}
