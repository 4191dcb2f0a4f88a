/** Run a program: bytes in, bytes out, within a time and a size. No shell reads its arguments. */
import { spawn } from 'node:child_process';
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { concatBytes, printable } from '../../core/index.js';
import { C2paError } from '../errors.js';

export interface CommandLimits {
  timeoutMs: number;
  /** More than this on standard output ends the program. */
  maxOutputBytes: number;
  env: Readonly<Record<string, string | undefined>> | undefined;
}

/**
 * Whether `program` is there and may be run, without running it. Nothing is checked where the folders to look in
 * are not known, and on Windows, which completes names.
 *
 * @throws C2paError C2PA_SIGNER
 */
export async function assertRunnable(program: string, env: CommandLimits['env']): Promise<void> {
  const folders = env?.['PATH']?.split(delimiter);
  // As execvp(3): a name with a slash is a path, and an empty folder is the working folder.
  const places = program.includes('/') ? [program] : folders?.map((dir) => join(dir, program));
  if (places === undefined || process.platform === 'win32') return;
  for (const place of places) {
    const found = await access(place, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return;
  }
  throw new C2paError({
    code: 'C2PA_SIGNER',
    message: `the signing command "${printable(program)}" was not found or is not executable`,
  });
}

/** The end of standard error, where programs say why they gave up. */
const MAX_STDERR = 2000;

/**
 * Standard output of `command` (program, then arguments) with `input` on its standard input.
 *
 * @throws C2paError C2PA_SIGNER when it cannot be started, fails, takes too long or says too much.
 */
export function runCommand(
  command: readonly string[],
  input: Uint8Array,
  limits: CommandLimits,
): Promise<Uint8Array> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      ...(limits.env === undefined ? {} : { env: { ...limits.env } }),
    });
    const output: Uint8Array[] = [];
    let size = 0;
    let stderr = '';

    const fail = (what: string, cause?: unknown): void => {
      clearTimeout(timer);
      child.kill('SIGKILL');
      // A grandchild may hold the pipes open; they are not waited for.
      for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
      const said = printable(stderr.trim().replace(/\s*\n\s*/g, ' | '), MAX_STDERR);
      const message = `the signing command "${printable(program)}" ${what}${said === '' ? '' : `: ${said}`}`;
      reject(new C2paError({ code: 'C2PA_SIGNER', message, cause }));
    };
    const timer = setTimeout(() => {
      fail(`did not finish within ${limits.timeoutMs / 1000} s and was ended`);
    }, limits.timeoutMs);

    child.stdout.on('data', (chunk: Buffer) => {
      output.push(chunk);
      size += chunk.length;
      if (size > limits.maxOutputBytes) {
        fail(`wrote more than ${limits.maxOutputBytes} bytes; only the signature is wanted`);
      }
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr = (stderr + text).slice(-MAX_STDERR);
    });
    child.on('error', (error: NodeJS.ErrnoException) => {
      const why = { ENOENT: 'was not found', EACCES: 'is not executable' }[error.code ?? ''];
      fail(why ?? `could not be started (${error.code ?? error.message})`, error);
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0) resolve(concatBytes(output));
      else fail(code === null ? `was ended by ${signal}` : `failed with exit code ${code}`);
    });
    // A program that does not read all of its input closes the pipe; its exit code decides.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}
