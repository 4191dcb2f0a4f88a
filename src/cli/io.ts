/** What the command line reads and writes, as one value: commands take it, so tests can replace it. */
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface CliIo {
  stdin: NodeJS.ReadableStream;
  /** Results: JSON or the report, nothing else. */
  out: (text: string) => void;
  /** Progress, notices and errors. */
  err: (text: string) => void;
  env: Readonly<Record<string, string | undefined>>;
  /** True when stderr is a terminal, where a progress bar makes sense. */
  interactive: boolean;
  /** True when the report may be coloured. */
  colour: boolean;
}

/** The real one. A closed pipe (`| head`) ends the output quietly. */
export function processIo(): CliIo {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') return;
      process.exitCode = 1;
      if (stream !== process.stderr)
        process.stderr.write(`imprint: cannot write (${error.code})\n`);
      process.exit();
    });
  }
  const { env } = process;
  const noColour = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb';
  return {
    stdin: process.stdin,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    env,
    interactive: process.stderr.isTTY === true,
    colour: !noColour && process.stdout.isTTY === true,
  };
}

/**
 * The user's data folder: `IMPRINT_HOME`, else the XDG data folder (XDG Base Directory 0.8), else the
 * platform's own place.
 */
export function dataDir(env: CliIo['env']): string {
  const own = env['IMPRINT_HOME'];
  if (own !== undefined && own !== '') return own;
  const xdg = env['XDG_DATA_HOME'];
  if (xdg !== undefined && xdg !== '') return join(xdg, 'imprint');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support/imprint');
  const appData = env['LOCALAPPDATA'];
  if (process.platform === 'win32' && appData !== undefined) return join(appData, 'imprint');
  return join(homedir(), '.local/share/imprint');
}
