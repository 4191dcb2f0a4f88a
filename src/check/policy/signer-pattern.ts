/** Whether a signer is the one that a policy names. */
import type { CredentialsReport } from '../../provenance/index.js';
import type { SignerPattern } from './policy.js';

type SignerFacts = Pick<NonNullable<CredentialsReport['signer']>, 'subject' | 'issuer' | 'list'>;

/** `O=Example Inc`, with `*` for any characters; compared with each part of a distinguished name. */
export function matchesSigner(signer: SignerFacts, pattern: SignerPattern): boolean {
  if (pattern.list !== null && signer.list !== pattern.list) return false;
  if (pattern.subject !== null && !matchesName(signer.subject, pattern.subject)) return false;
  return pattern.issuer === null || matchesName(signer.issuer, pattern.issuer);
}

/** Names of attributes, as the report writes distinguished names: `CN=..., O=...`. */
const ATTRIBUTE = /(?:^|, )([A-Za-z][A-Za-z0-9.]*)=/g;

function matchesName(name: string | null, pattern: string): boolean {
  if (name === null) return false;
  const parts = partsOf(name);
  // Each attribute stands once in a report. Twice means that a value holds ", O=" itself, to pass for another.
  if (new Set(parts.map(({ key }) => key)).size !== parts.length) return false;
  return (
    parts.some(({ key, value }) => matchesStars(`${key}=${value}`, pattern)) ||
    matchesStars(name, pattern)
  );
}

function partsOf(name: string): { key: string; value: string }[] {
  const starts = [...name.matchAll(ATTRIBUTE)];
  return starts.map((match, index) => ({
    key: match[1]!,
    value: name.slice(match.index + match[0].length, starts[index + 1]?.index),
  }));
}

/** `*` for any characters. Each part as early as it can stand, so that no name takes long. */
function matchesStars(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

export function describePattern({ subject, issuer, list }: SignerPattern): string {
  const parts = [
    ...(subject === null ? [] : [subject]),
    ...(issuer === null ? [] : [`issued by ${issuer}`]),
    ...(list === null ? [] : [`on the list ${list}`]),
  ];
  return parts.join(', ') || 'anyone';
}
