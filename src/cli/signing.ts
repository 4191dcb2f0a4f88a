/** The signer and the timestamp source that the options and the environment name. */
import { errorMessage, isImprintError } from '../core/index.js';
import type {
  AwsCredentials,
  Signer,
  SigningAlgorithm,
  TimestampSource,
} from '../provenance/index.js';
import {
  createCommandSigner,
  createHttpSigner,
  createKmsSigner,
  createPemSigner,
  createTimestampClient,
} from '../provenance/index.js';
import { commandWords } from './command-words.js';
import { UsageError } from './exit.js';
import type { CliIo } from './io.js';
import { environmentPem, environmentValue, readSmallText } from './secrets.js';
import type { SigningFlags } from './signing-options.js';

/** imprint's own names first, then those of c2patool. */
const CERT_VARIABLES = ['IMPRINT_SIGN_CERT', 'C2PA_SIGN_CERT'];
const KEY_VARIABLES = ['IMPRINT_SIGN_KEY', 'C2PA_PRIVATE_KEY'];

/** Options of which each says how to sign. */
const ROUTES = {
  key: '--key',
  signerCommand: '--signer-command',
  signerUrl: '--signer-url',
  awsKmsKey: '--aws-kms-key',
} as const;
type Route = keyof typeof ROUTES;

/** A bad value of an option is a usage error that names the option. */
function optionValue<T>(option: string, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (isImprintError(error)) throw error;
    throw new UsageError(`${option}: ${errorMessage(error)}`);
  }
}

/**
 * null when neither options nor environment name a signer: the development certificates then sign. An
 * option goes before the environment; half a signer is an error and never falls back to them.
 *
 * @throws UsageError, C2paError as the signers.
 */
export async function signerFor(io: CliIo, flags: SigningFlags): Promise<Signer | null> {
  const routes = (Object.keys(ROUTES) as Route[]).filter((name) => flags[name] !== undefined);
  if (routes.length > 1) {
    throw new UsageError(
      `${routes.map((name) => ROUTES[name]).join(' and ')} exclude each other: give one`,
    );
  }
  const [route] = routes;
  const envKey = route === undefined ? environmentPem(io.env, KEY_VARIABLES) : undefined;
  const envCert = flags.cert === undefined ? environmentPem(io.env, CERT_VARIABLES) : undefined;
  const certSource = flags.cert === undefined ? envCert?.name : '--cert';
  const keySource = route === undefined ? envKey?.name : ROUTES[route];
  if (certSource === undefined && keySource === undefined) {
    if (flags.alg !== undefined) throw new UsageError('--alg needs --cert and a key');
    return null;
  }
  if (certSource === undefined) {
    throw new UsageError(`${keySource} needs a certificate: --cert or ${CERT_VARIABLES[0]}`);
  }
  if (keySource === undefined) {
    const ways = Object.values(ROUTES).join(', ');
    throw new UsageError(`${certSource} needs a key: one of ${ways}, or ${KEY_VARIABLES[0]}`);
  }
  const certificates =
    flags.cert === undefined ? envCert!.pem : await readSmallText(flags.cert, '--cert');
  const identity = { certificates, ...(flags.alg === undefined ? {} : { algorithm: flags.alg }) };
  if (route !== undefined && route !== 'key') return remoteSigner(io, flags, route, identity);
  const privateKey = route === undefined ? envKey!.pem : await readSmallText(flags.key!, '--key');
  return createPemSigner({ ...identity, privateKey, ...(await passphrase(io, flags)) });
}

function remoteSigner(
  io: CliIo,
  flags: SigningFlags,
  route: Exclude<Route, 'key'>,
  identity: { certificates: string; algorithm?: SigningAlgorithm },
): Signer {
  const remote = { ...identity, ...timeout(flags) };
  switch (route) {
    case 'signerCommand': {
      const command = commandWords(flags.signerCommand!, '--signer-command');
      return createCommandSigner({ ...remote, command, env: io.env });
    }
    case 'signerUrl': {
      const token = environmentValue(io.env, ['IMPRINT_SIGNER_TOKEN'])?.value.trim();
      const options = { ...remote, ...(token === undefined ? {} : { token }) };
      return optionValue('--signer-url', () =>
        createHttpSigner({ ...options, url: flags.signerUrl! }),
      );
    }
    case 'awsKmsKey':
      return optionValue('--aws-kms-key', () =>
        createKmsSigner({ ...remote, keyId: flags.awsKmsKey!, ...awsFrom(io.env) }),
      );
  }
}

async function passphrase(io: CliIo, flags: SigningFlags): Promise<{ passphrase?: string }> {
  if (flags.keyPassphraseFile !== undefined) {
    const text = await readSmallText(flags.keyPassphraseFile, '--key-passphrase-file');
    // Editors and `echo` end a file with a line end that belongs to no passphrase.
    return { passphrase: text.replace(/\r?\n$/, '') };
  }
  const found = environmentValue(io.env, ['IMPRINT_KEY_PASSPHRASE']);
  return found === undefined ? {} : { passphrase: found.value };
}

/** The variables that AWS's own tools read. */
function awsFrom(env: CliIo['env']): {
  credentials: AwsCredentials;
  region?: string;
  endpoint?: string;
} {
  const value = (...names: string[]): string | undefined => environmentValue(env, names)?.value;
  const accessKeyId = value('AWS_ACCESS_KEY_ID');
  const secretAccessKey = value('AWS_SECRET_ACCESS_KEY');
  if (accessKeyId === undefined || secretAccessKey === undefined) {
    throw new UsageError('--aws-kms-key needs AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY');
  }
  const sessionToken = value('AWS_SESSION_TOKEN');
  const region = value('AWS_REGION', 'AWS_DEFAULT_REGION');
  const endpoint = value('AWS_ENDPOINT_URL_KMS', 'AWS_ENDPOINT_URL');
  return {
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
  };
}

function timeout({ signingTimeout }: SigningFlags): { timeoutMs?: number } {
  return signingTimeout === undefined ? {} : { timeoutMs: Math.round(signingTimeout * 1000) };
}

/**
 * @param development the local authority, where the development certificates sign.
 * @returns null when no timestamp is to be taken; signing then warns.
 * @throws UsageError
 */
export function timestampFor(
  flags: SigningFlags,
  development: TimestampSource | null,
): TimestampSource | null {
  const { tsa, tsaOptional: optional = false } = flags;
  if (optional && typeof tsa !== 'string') throw new UsageError('--tsa-optional needs --tsa');
  if (tsa === false) return null;
  if (tsa === undefined) return development;
  return optionValue('--tsa', () =>
    createTimestampClient({ url: tsa, optional, ...timeout(flags) }),
  );
}
