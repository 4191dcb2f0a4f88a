/** API keys: what one looks like, what is kept of it, and what it may do. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export const SCOPES = [
  'verify',
  'mark',
  'generate',
  'fetch:manifests',
  'store:manifests',
  'store:bindings',
  'metrics',
] as const;
export type Scope = (typeof SCOPES)[number];

/** What is stored: nothing from which the key could be made again. */
export interface StoredKey {
  id: string;
  /** SHA-256 of the secret, hex. The secret has 256 random bits, so that a slow hash would add nothing. */
  hash: string;
  scopes: Scope[];
  name: string;
  /** RFC 3339 */
  createdAt: string;
  /** RFC 3339; null = never. */
  expiresAt: string | null;
}

export interface KeyStore {
  find(id: string): Promise<StoredKey | null>;
}

/** `imp_<id>_<secret>`: the prefix lets secret scanners find a leaked one. */
const KEY = /^imp_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

const digest = (secret: string): Buffer => createHash('sha256').update(secret).digest();
/** Compared against when the id is unknown, so that known and unknown ids take the same time. */
const NOBODY = digest('');

export interface NewKey {
  /** Shown once. */
  text: string;
  stored: StoredKey;
}

export function createKey(options: {
  scopes: readonly Scope[];
  name: string;
  createdAt: Date;
  expiresAt?: Date | undefined;
}): NewKey {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  const { name, createdAt, expiresAt } = options;
  return {
    text: `imp_${id}_${secret}`,
    stored: {
      id,
      hash: digest(secret).toString('hex'),
      scopes: [...options.scopes],
      name,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt?.toISOString() ?? null,
    },
  };
}

/** The key that `text` is, or null: malformed, unknown, wrong and expired ones are not told apart. */
export async function authenticate(
  text: string,
  keys: KeyStore,
  now: Date,
): Promise<StoredKey | null> {
  const match = KEY.exec(text);
  if (match === null) return null;
  const stored = await keys.find(match[1]!);
  const expected = stored === null ? NOBODY : Buffer.from(stored.hash, 'hex');
  const given = digest(match[2]!);
  const same = expected.length === given.length && timingSafeEqual(expected, given);
  if (stored === null || !same) return null;
  return stored.expiresAt !== null && Date.parse(stored.expiresAt) <= now.getTime() ? null : stored;
}

/** The text of a key in `Authorization: Bearer` (RFC 6750) or `X-Api-Key`. */
export function keyInHeaders(headers: {
  authorization?: string | undefined;
  'x-api-key'?: string | string[] | undefined;
}): string | null {
  const bearer = /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '');
  if (bearer !== null) return bearer[1]!;
  const own = headers['x-api-key'];
  return typeof own === 'string' && own !== '' ? own : null;
}
