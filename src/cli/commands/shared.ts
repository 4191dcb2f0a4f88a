/** Options that several verbs share, said once. */
import type { Command } from 'commander';
import { Option } from 'commander';
import type { StrengthOptions } from '../../provenance/index.js';
import { SEARCHES } from '../../provenance/index.js';
import type { IssuerFlags } from '../issuer.js';
import { numberOption } from '../options.js';
import { addSigningOptions } from '../signing-options.js';
import type { RegistryFlags } from '../registry.js';
import type { NamedPath } from '../targets.js';

export function addIssuerOptions(command: Command): Command {
  return addSigningOptions(
    command.option('--watermark-key <json>', 'secret watermark key file (default: the public key)'),
  );
}

/** The files that the options of `addIssuerOptions` name: none of them may be written over. */
export function issuerFiles(flags: IssuerFlags & RegistryFlags): NamedPath[] {
  return namedPaths({
    '--cert': flags.cert,
    '--key': flags.key,
    '--key-passphrase-file': flags.keyPassphraseFile,
    '--watermark-key': flags.watermarkKey,
    ...(typeof flags.registry === 'string' ? { '--registry': flags.registry } : {}),
  });
}

/** How far the pixels are searched for a mark. */
export function searchOption(): Option {
  return new Option(
    '--search <name>',
    'fast: less time, but no marked images within larger ones, small parts or slants',
  ).choices(SEARCHES);
}

/** Those that were given. */
export function namedPaths(paths: Readonly<Record<string, string | undefined>>): NamedPath[] {
  return Object.entries(paths).flatMap(([name, path]) =>
    path === undefined ? [] : [{ name, path }],
  );
}

/**
 * How strong the mark is, and what it may cost.
 *
 * @param name of the first option: `--strength` means something else to a generator.
 */
export function addStrengthOptions(command: Command, name = '--strength'): Command {
  return command
    .option(`${name} <x>`, 'watermark strength, 0.1-4 (default: 1)', numberOption(0.1, 4))
    .option(
      '--min-psnr <dB>',
      'lowest PSNR that marking may leave, 20-80; lower it where a mark does not hold (default: 42)',
      numberOption(20, 80),
    )
    .option(
      '--min-ssim <x>',
      'lowest SSIM that marking may leave, 0-0.9999 (default: 0.99)',
      numberOption(0, 0.9999),
    );
}

/** The options of `addStrengthOptions` that were given. */
export function strengthOptions(flags: StrengthOptions): StrengthOptions {
  const { strength, minPsnr, minSsim } = flags;
  return {
    ...(strength === undefined ? {} : { strength }),
    ...(minPsnr === undefined ? {} : { minPsnr }),
    ...(minSsim === undefined ? {} : { minSsim }),
  };
}
