import { ImprintError } from '../core/index.js';

export type C2paErrorCode =
  /** The WASM engine could not be loaded. */
  | 'C2PA_ENGINE'
  /** The engine trapped on this input; the next call gets a fresh one. */
  | 'C2PA_ENGINE_CRASHED'
  /** The file format cannot carry Content Credentials here. */
  | 'C2PA_UNSUPPORTED_FORMAT'
  /** The engine refused to sign: a broken file, a bad manifest, a certificate outside its profile. */
  | 'C2PA_SIGN_FAILED'
  /** A certificate or chain cannot be used for signing; the message names the rule. */
  | 'C2PA_CERTIFICATE'
  /** A private key cannot be read, does not belong to the certificate, or is not for this algorithm. */
  | 'C2PA_KEY'
  /** A signing command, service or key store did not answer, or refused. */
  | 'C2PA_SIGNER'
  /** What a signer answered is no signature by its certificate's key. */
  | 'C2PA_SIGNATURE'
  /** A rubric cannot be read. */
  | 'C2PA_RUBRIC'
  /** No timestamp could be taken, or the authority's answer was refused. */
  | 'C2PA_TIMESTAMP'
  /** Something that was to be fetched was refused by the guard, or could not be had. */
  | 'C2PA_FETCH'
  /** A published trust list is damaged, or what was downloaded is none. */
  | 'C2PA_TRUST_LIST';

export class C2paError extends ImprintError<C2paErrorCode> {}
