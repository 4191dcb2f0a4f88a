/** The options that say who signs, with what, and who stamps the time. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { SigningAlgorithm } from '../provenance/index.js';
import { SIGNING_ALGORITHMS } from '../provenance/index.js';
import { numberOption } from './options.js';

export interface SigningFlags {
  cert?: string;
  key?: string;
  keyPassphraseFile?: string;
  signerCommand?: string;
  signerUrl?: string;
  awsKmsKey?: string;
  alg?: SigningAlgorithm;
  signingTimeout?: number;
  /** false for --no-tsa. */
  tsa?: string | false;
  tsaOptional?: boolean;
}

export function addSigningOptions(command: Command): Command {
  const options = [
    new Option(
      '--cert <pem>',
      "certificate chain, the signer's own first; or IMPRINT_SIGN_CERT (default: development certificates)",
    ),
    new Option('--key <pem>', 'private key of the first certificate; or IMPRINT_SIGN_KEY'),
    new Option(
      '--key-passphrase-file <file>',
      'passphrase of an encrypted key; or IMPRINT_KEY_PASSPHRASE',
    ),
    new Option(
      '--signer-command <command>',
      'program that signs standard input to standard output; no shell runs it',
    ),
    new Option('--signer-url <url>', 'HTTP signing service; bearer token in IMPRINT_SIGNER_TOKEN'),
    new Option('--aws-kms-key <id>', 'key in AWS KMS; credentials and region in AWS_*'),
    new Option('--alg <name>', 'signature algorithm (default: by the certificate)').choices(
      SIGNING_ALGORITHMS,
    ),
    new Option('--tsa <url>', 'RFC 3161 timestamp authority'),
    new Option('--no-tsa', 'take no timestamp'),
    new Option('--tsa-optional', 'sign with a warning when the timestamp authority fails'),
    new Option(
      '--signing-timeout <seconds>',
      'for the signer, and for the timestamp authority (default: 30)',
    ).argParser(numberOption(0.1, 600)),
  ];
  for (const option of options) {
    command.addOption(option.helpGroup('Signing (docs/signing.md):'));
  }
  return command;
}
