/** The signer that holds a private key in this process. */
import { createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { assertString } from '../../core/index.js';
import { C2paError } from '../errors.js';
import { MAX_PEM } from '../signer.js';
import type { Signer, SigningAlgorithm } from '../signer.js';
import { algorithmFor, signingIdentity } from './identity.js';
import { signWithKey } from './raw-signature.js';

export interface PemSignerOptions {
  /** One or more certificates, the signer's own first. A self-signed root in it is left out. */
  certificates: string;
  /** PKCS#8, SEC 1 or PKCS#1. */
  privateKey: string;
  /** For an encrypted key. Default: none. */
  passphrase?: string;
  /** For an RSA key: which of ps256, ps384, ps512. Default: ps256. Other keys leave no choice. */
  algorithm?: SigningAlgorithm;
}

function readKey(pem: string, passphrase: string | undefined): KeyObject {
  assertString(pem, 'privateKey', MAX_PEM);
  try {
    return createPrivateKey(passphrase === undefined ? pem : { key: pem, passphrase });
  } catch (cause) {
    throw new C2paError({ code: 'C2PA_KEY', message: keyProblem(pem, passphrase), cause });
  }
}

function keyProblem(pem: string, passphrase: string | undefined): string {
  if (!/-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/.test(pem)) {
    return 'expected a PEM private key (-----BEGIN PRIVATE KEY-----), found none';
  }
  if (!pem.includes('ENCRYPTED')) return 'the private key is damaged, or of a kind unknown here';
  return passphrase === undefined
    ? 'the private key is encrypted: a passphrase is needed'
    : 'the private key cannot be opened: the passphrase is wrong, or the cipher is unknown here';
}

/**
 * A signer from PEM texts.
 *
 * @throws C2paError C2PA_CERTIFICATE (unreadable, only a root) or C2PA_KEY (unreadable, not the
 *   certificate's, unsupported kind).
 */
export function createPemSigner(options: PemSignerOptions): Signer {
  const { leaf, chain } = signingIdentity(options.certificates);
  const key = readKey(options.privateKey, options.passphrase);
  const algorithm = algorithmFor(key, options.algorithm);
  if (!leaf.checkPrivateKey(key)) {
    throw new C2paError({
      code: 'C2PA_KEY',
      message: 'the private key does not belong to the first certificate',
    });
  }
  return {
    algorithm,
    chain,
    sign: (data) => Promise.resolve(signWithKey(algorithm, key, data)),
  };
}
