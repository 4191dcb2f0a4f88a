/** The built command line as a process, as users run it. */
import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BIN = {
  imprint: fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url)),
  verify: fileURLToPath(new URL('../../dist/cli/verify.js', import.meta.url)),
};

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliSession {
  /** Working folder of every run; fresh and empty. */
  dir: string;
  /** Data folder with the development certificates. */
  home: string;
  run: (args: string[], options?: CliRunOptions) => Promise<CliResult>;
}

export interface CliRunOptions {
  bin?: keyof typeof BIN;
  stdin?: Uint8Array;
  env?: Record<string, string>;
}

/** A user with an empty data folder in an empty working folder. */
export function cliSession(): CliSession {
  const dir = mkdtempSync(join(tmpdir(), 'imprint-cli-'));
  const home = join(dir, '.data');
  const run = (args: string[], options: CliRunOptions = {}): Promise<CliResult> =>
    new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [BIN[options.bin ?? 'imprint'], ...args], {
        cwd: dir,
        env: { PATH: process.env['PATH'] ?? '', IMPRINT_HOME: home, NO_COLOR: '1', ...options.env },
      });
      const result: CliResult = { code: null, stdout: '', stderr: '' };
      child.stdout.setEncoding('utf8').on('data', (text: string) => (result.stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (result.stderr += text));
      child.on('error', reject);
      child.on('close', (code) => resolve({ ...result, code }));
      // A child that exits without reading its input closes the pipe; that is not this test's error.
      child.stdin.on('error', () => undefined);
      child.stdin.end(options.stdin ?? new Uint8Array());
    });
  return { dir, home, run };
}
