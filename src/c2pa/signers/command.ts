/** A signer that runs a program, as `c2patool --signer-path` does. */
import { assertInteger, assertString } from '../../core/index.js';
import { C2paError } from '../errors.js';
import type { Signer } from '../signer.js';
import { createRemoteSigner } from './remote.js';
import type { RemoteSignerOptions } from './remote.js';
import { assertRunnable, runCommand } from './run-command.js';

export interface CommandSignerOptions extends Omit<RemoteSignerOptions, 'sign' | 'ready'> {
  /** The program and its arguments. No shell reads them. */
  command: readonly string[];
  /** Milliseconds after which the program is ended, 1..600000. Default: 30000. */
  timeoutMs?: number;
  /** The program's environment. Default: that of this process. */
  env?: Readonly<Record<string, string | undefined>>;
}

/** The longest signature, RSA of 16384 bits, has half of this. */
const MAX_SIGNATURE = 4096;
export const DEFAULT_TIMEOUT_MS = 30_000;
export const MAX_TIMEOUT_MS = 600_000;

/**
 * The program reads what is to be signed from standard input until its end, writes the signature's
 * bytes (ECDSA: r||s or DER) to standard output and ends with code 0.
 *
 * @throws C2paError as `createRemoteSigner`; C2PA_SIGNER when the program cannot be started, fails,
 *   writes nothing or too much, or takes too long.
 */
export function createCommandSigner(options: CommandSignerOptions): Signer {
  const { command, timeoutMs = DEFAULT_TIMEOUT_MS, env, ...identity } = options;
  if (!Array.isArray(command) || command.length === 0 || command[0] === '') {
    throw new TypeError('"command" expected a program and its arguments, got none');
  }
  for (const word of command as readonly unknown[]) assertString(word, 'command', 1 << 15);
  const program = String(command[0]);
  assertInteger(timeoutMs, 'timeoutMs', 1, MAX_TIMEOUT_MS);
  return createRemoteSigner({
    ...identity,
    ready: () => assertRunnable(program, env),
    async sign({ data }) {
      const limits = { timeoutMs, maxOutputBytes: MAX_SIGNATURE, env };
      const signature = await runCommand(command, data, limits);
      if (signature.length > 0) return signature;
      throw new C2paError({
        code: 'C2PA_SIGNER',
        message: 'the signing command ended well but wrote no signature to standard output',
      });
    },
  });
}
