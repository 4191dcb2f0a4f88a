/** A PostgreSQL of its own for a test file: Debian's binaries, an empty folder, a free port. */
import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from './free-port.js';

export interface PostgresServer {
  /** Address of a new, empty database. */
  createDatabase: () => Promise<string>;
  stop: () => Promise<void>;
}

/** Where Debian and Ubuntu put them, which is on no PATH. */
const VERSIONS = '/usr/lib/postgresql';

/** Folder with initdb and postgres, of the latest version; null when there is none. */
export function postgresBin(): string | null {
  if (!existsSync(VERSIONS)) return null;
  const versions = readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a));
  const bins = versions.map((version) => join(VERSIONS, version, 'bin'));
  return bins.find((bin) => existsSync(join(bin, 'initdb'))) ?? null;
}

/** The server refuses to run as root, so root starts it as the user of Debian's package. */
function account(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** @param settings further `name=value` settings of the server. */
export async function startPostgres(settings: readonly string[] = []): Promise<PostgresServer> {
  const bin = postgresBin();
  if (bin === null) throw new Error(`no PostgreSQL under ${VERSIONS}: apt-get install postgresql`);
  const user = account();
  const dir = mkdtempSync(join(tmpdir(), 'imprint-pg-'));
  if (user.uid !== undefined) chownSync(dir, user.uid, user.gid!);
  const data = join(dir, 'data');
  const as = { ...user, cwd: dir, env: { PATH: process.env['PATH'], LC_ALL: 'C' } };
  const init = ['-D', data, '-U', 'imprint', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
  execFileSync(join(bin, 'initdb'), init, { ...as, stdio: 'pipe' });
  const port = await freePort();
  const flags = ['listen_addresses=127.0.0.1', `unix_socket_directories=${dir}`, ...settings];
  const server = spawn(
    join(bin, 'postgres'),
    ['-D', data, '-p', String(port), ...flags.flatMap((flag) => ['-c', flag])],
    { ...as, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  server.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (said = (said + text).slice(-4000)));
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const atExit = (): void => void server.kill('SIGQUIT');
  process.once('exit', atExit);
  const address = (database: string): string => `postgres://imprint@127.0.0.1:${port}/${database}`;

  const admin = async (query: string): Promise<void> => {
    const client = new pg.Client({ connectionString: address('postgres') });
    await client.connect();
    await client.query(query).finally(() => client.end());
  };
  for (let tries = 0; ; tries++) {
    try {
      await admin('select 1');
      break;
    } catch (error) {
      if (server.exitCode !== null || tries > 300) throw new Error(said, { cause: error });
      await sleep(100);
    }
  }
  let databases = 0;
  return {
    createDatabase: async () => {
      const name = `registry_${databases++}`;
      await admin(`create database ${name}`);
      return address(name);
    },
    stop: async () => {
      process.off('exit', atExit);
      // Fast shutdown: open sessions are ended.
      server.kill('SIGINT');
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
