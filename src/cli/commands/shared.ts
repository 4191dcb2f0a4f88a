/** Options that several verbs share, said once. */
import type { Command } from 'commander';
import { addSigningOptions } from '../signing-options.js';

export function addIssuerOptions(command: Command): Command {
  return addSigningOptions(
    command.option('--watermark-key <json>', 'secret watermark key file (default: the public key)'),
  );
}
