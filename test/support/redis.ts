/** A Redis of its own for a test file: Debian's binary, an empty folder, a free port. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.js';

const BINARY = ['/usr/bin/redis-server', '/usr/local/bin/redis-server'].find(existsSync);

export const haveRedis = BINARY !== undefined;

export interface RedisServer {
  url: string;
  /** Ends it at once, with all that it holds. */
  kill: () => Promise<void>;
  /** At the same address, empty. */
  start: () => void;
}

export async function startRedis(): Promise<RedisServer> {
  if (BINARY === undefined) throw new Error('no redis-server: apt-get install redis-server');
  const port = await freePort();
  const dir = mkdtempSync(join(tmpdir(), 'imprint-redis-'));
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', dir];
  let child: ChildProcess;
  const start = (): void => {
    child = spawn(BINARY, options, { stdio: 'ignore' });
  };
  start();
  process.once('exit', () => void child.kill('SIGKILL'));
  const kill = (): Promise<void> =>
    new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGKILL');
    });
  return { url: `redis://127.0.0.1:${port}`, kill, start };
}
