/** The private key that should go with a chain. */
import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

export type KeyFile =
  | { readonly state: 'usable'; readonly key: KeyObject }
  /** It needs a passphrase and none was given. */
  | { readonly state: 'encrypted' }
  | { readonly state: 'unreadable'; readonly reason: string };

/** PKCS#8, SEC 1 or PKCS#1 in PEM. Never throws; nothing of the key is quoted. */
export function readKeyFile(pem: string, passphrase: string | undefined): KeyFile {
  const encrypted = /ENCRYPTED/.test(pem);
  if (encrypted && passphrase === undefined) return { state: 'encrypted' };
  try {
    const key = createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
    return { state: 'usable', key };
  } catch {
    const label = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(pem)?.[1];
    if (encrypted) return { state: 'unreadable', reason: 'the passphrase does not open it' };
    return {
      state: 'unreadable',
      reason: label === undefined ? 'it is no PEM' : `it holds a ${label} that cannot be used`,
    };
  }
}
