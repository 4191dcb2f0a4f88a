/** Content Credentials in words: integrity and trust stay two different things. */
import { printable } from '../../core/index.js';
import type { CredentialsReport } from '../../c2pa/index.js';
import type { NoteLine } from './words.js';

const ACTIONS = 6;
const INGREDIENTS = 3;

export function describeCredentials(credentials: CredentialsReport): NoteLine[] {
  const { presence, problem, remoteUrl, validationState } = credentials;
  switch (presence) {
    case 'absent':
      return [{ text: 'none', level: 'plain' }];
    case 'malformed':
      return [{ text: `unreadable: ${printable(problem ?? '')}`, level: 'error' }];
    case 'remote':
      if (validationState !== null) return signed(credentials);
      return [
        { text: `kept elsewhere, not fetched: ${printable(remoteUrl ?? '')}`, level: 'warning' },
      ];
    case 'embedded':
    case 'sidecar':
    case 'recovered':
      return signed(credentials);
  }
}

function signed(credentials: CredentialsReport): NoteLine[] {
  return [
    {
      text: standing(credentials),
      level: credentials.integrity === 'altered' ? 'error' : 'plain',
    },
    ...claimLines(credentials).map((text): NoteLine => ({ text, level: 'plain' })),
  ];
}

function standing({ presence, integrity, signer }: CredentialsReport): string {
  if (signer === null) return `${presence}, ${integrity}; no signer`;
  const { status, subject, list, listDate, revocation } = signer;
  const issued = listDate === null ? '' : ` of ${listDate.slice(0, 10)}`;
  const vouched = list === null ? '' : ` (list ${printable(list, 80)}${issued})`;
  const staple =
    revocation.status === 'good'
      ? `, not revoked on ${revocation.at?.slice(0, 10)} (OCSP staple)`
      : '';
  return `${presence}, ${integrity}; signer ${status}: ${printable(subject ?? 'unnamed', 100)}${vouched}${staple}`;
}

function claimLines({ claim, signer }: CredentialsReport): string[] {
  if (claim === null) return [];
  const actions = claim.actions
    .slice(0, ACTIONS)
    .map(({ action }) => printable(action.replace(/^c2pa\./, ''), 40));
  const names = claim.ingredients
    .slice(0, INGREDIENTS)
    .map(({ title }) => printable(title ?? 'unnamed', 40));
  const more = claim.ingredients.length > INGREDIENTS ? ', ...' : '';
  return [
    `by ${printable(claim.generator ?? 'unknown software', 60)}: ${actions.join(', ')}`,
    ...(names.length === 0 ? [] : [`from ${names.join(', ')}${more}`]),
    signer?.timestamp == null ? 'no timestamp' : `timestamp ${printable(signer.timestamp)}`,
  ];
}
