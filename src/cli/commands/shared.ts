/** Options that several verbs share, said once. */
import type { Command } from 'commander';

export function addIssuerOptions(command: Command): Command {
  return command
    .option('--cert <pem>', 'certificate chain, leaf first (default: development certificates)')
    .option('--cert-key <pem>', 'private key of the leaf; passphrase in IMPRINT_KEY_PASSPHRASE')
    .option('--watermark-key <json>', 'secret watermark key file (default: the public key)');
}
