/** Content Credentials -> evidence and findings. Integrity and trust stay two different things. */
import { printable } from '../../core/index.js';
import type { ClaimedIngredient, CredentialsReport } from '../../c2pa/index.js';
import type { Evidence } from '../evidence.js';
import type { Finding, FindingLevel } from '../report.js';
import { digitalSourceType } from '../source-type.js';

const WHERE = 'c2pa:active-manifest';

/** Natural-log likelihood ratios by what backs the claim; set by judgement, not yet fitted on data. */
const CREDENTIALS_LLR = { trusted: 12, intact: 5, other: 2 } as const;

/** Codes about CAWG identity assertions. */
const IDENTITY = /^cawg\./;

type Backing = 'trusted' | 'intact' | 'altered' | 'unknown';

const EXPLAIN: Record<Backing, string> = {
  trusted: 'The signature covers the claim and the pixels, and the signer stands on a trust list.',
  intact:
    'The signature covers the claim and the pixels, but nobody on a trust list vouches for the signer.',
  altered: 'The file was changed after signing, so the claim may not be about these pixels.',
  unknown: 'Nothing shows that the claim is about these pixels.',
};
const WORD: Record<Backing, string> = {
  trusted: 'Trusted',
  intact: 'Intact, untrusted',
  altered: 'Altered',
  unknown: 'Unproved',
};

/** What stands behind the claim of credentials. */
export function backingOf({ integrity, signer, claim }: CredentialsReport): Backing {
  if (integrity !== 'intact') return integrity;
  // What an ingredient says is not made true by whoever signed over it.
  if (claim !== null && claim.sourceTypeFailures.length > 0) return 'unknown';
  return signer?.status === 'trusted' ? 'trusted' : 'intact';
}

export function credentialsEvidence(credentials: CredentialsReport): Evidence[] {
  const { claim, signer } = credentials;
  if (claim?.digitalSourceType == null) return [];
  const meaning = digitalSourceType(claim.digitalSourceType);
  if (meaning === null) return [];

  const backing = backingOf(credentials);
  const trusted = backing === 'trusted';
  const weight = trusted || backing === 'intact' ? CREDENTIALS_LLR[backing] : CREDENTIALS_LLR.other;
  const by = signer?.subject == null ? 'unknown signer' : printable(signer.subject, 80);
  return [
    {
      id: `credentials.${meaning.claim ?? 'source'}`,
      layer: 'credentials',
      finding: `${WORD[backing]} credentials by ${by} say: ${meaning.label}`,
      strength: trusted ? 'cryptographic' : 'declared',
      claim: meaning.claim,
      llr: meaning.claim === null ? 0 : meaning.claim === 'camera-captured' ? -weight : weight,
      spoofable: !trusted,
      where: WHERE,
      explain: EXPLAIN[backing],
    },
  ];
}

export function credentialsFindings(credentials: CredentialsReport): Finding[] {
  const { presence, integrity, signer, codes } = credentials;
  /** The code that made the finding, not merely the first that failed. */
  const finding = (
    ruleId: string,
    level: FindingLevel,
    message: string,
    cause?: RegExp,
  ): Finding => ({
    ruleId,
    level,
    message,
    code: (cause && codes.failure.find((code) => cause.test(code))) ?? null,
    where: 'c2pa',
  });
  switch (presence) {
    case 'absent':
      return [finding('IM101', 'note', 'No Content Credentials')];
    case 'remote':
      if (wasFetched(credentials)) break;
      return [
        finding(
          'IM103',
          'warning',
          `Credentials are remote and were not fetched${credentials.problem === undefined ? '' : `: ${printable(credentials.problem, 300)}`}`,
        ),
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
    findings.push(
      finding(
        'IM201',
        'error',
        'The file or its manifest was changed after signing',
        /mismatch|missing|malformed|^claim\.|^ingredient\./,
      ),
    );
  } else if (integrity === 'unknown') {
    findings.push(
      finding('IM206', 'warning', 'Nothing shows that the credentials are about these pixels'),
    );
  }
  const brokenCode = ({ failure, found }: ClaimedIngredient): string | undefined =>
    [...failure, ...found].find((code) => /mismatch|missing|revoked|malformed/.test(code));
  const broken = credentials.claim?.ingredients.find((entry) => brokenCode(entry) !== undefined);
  if (broken !== undefined) {
    findings.push({
      ...finding(
        'IM204',
        'warning',
        'An earlier state of the image, or a part of it, fails its own check',
      ),
      code: brokenCode(broken) ?? null,
      where: `c2pa:ingredient "${printable(broken.title ?? 'unnamed', 80)}"`,
    });
  }
  switch (signer?.status) {
    case 'untrusted':
      findings.push(
        codes.failure.includes('timeStamp.outsideValidity') &&
          !codes.failure.includes('signingCredential.untrusted')
          ? finding(
              'IM306',
              'warning',
              'The timestamp lies after the time at which the file is judged',
              /timeStamp\.outsideValidity/,
            )
          : finding('IM301', 'warning', 'The signer is on no trust list in use', /untrusted/),
      );
      break;
    case 'expired':
      findings.push(
        finding(
          'IM302',
          'warning',
          'The certificate has expired and no trusted timestamp vouches for the time of signing',
          /expired|outsideValidity/,
        ),
      );
      break;
    case 'revoked':
      findings.push(finding('IM303', 'error', 'The certificate was revoked', /revoked/));
      break;
    case 'invalid':
      findings.push(
        finding(
          'IM304',
          'error',
          'The certificate may not sign Content Credentials',
          /signingCredential\.invalid/,
        ),
      );
      break;
    case 'trusted':
    case undefined:
      break;
  }
  if (codes.failure.some((code) => IDENTITY.test(code))) {
    findings.push(
      finding(
        'IM307',
        'warning',
        'An identity that the manifest names is not vouched for',
        IDENTITY,
      ),
    );
  }
  if (signer != null && !hasTrustedTimestamp(credentials)) {
    findings.push(finding('IM305', 'note', 'No trusted timestamp', /^timeStamp\./));
  }
  return findings;
}

/** Whether a manifest that is kept elsewhere was fetched and read. */
export function wasFetched({ presence, validationState }: CredentialsReport): boolean {
  return presence === 'remote' && validationState !== null;
}

/** A well-formed timestamp may come from anybody's authority; only a listed one counts. */
export function hasTrustedTimestamp({ signer }: CredentialsReport): boolean {
  return signer?.timestampTrusted === true;
}
