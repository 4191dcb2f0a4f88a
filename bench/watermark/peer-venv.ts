/** A Python environment for the peers, made once. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PEERS_DIR = fileURLToPath(new URL('../peers/', import.meta.url));
const LISTS = ['requirements.txt', 'requirements-peers.txt'] as const;

/** Path of its Python; installs what bench/peers pins unless that has been done. */
export function ensurePeerPython(venv: string): string {
  const python = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  const wanted = LISTS.map((name) => readFileSync(join(PEERS_DIR, name), 'utf8')).join('\n');
  const stamp = join(venv, 'bench-requirements.txt');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return python;
  console.error(`installing the peers into ${venv}`);
  mkdirSync(venv, { recursive: true });
  execFileSync('python3', ['-m', 'venv', venv], { stdio: 'inherit' });
  const [needs, peers] = LISTS.map((name) => join(PEERS_DIR, name)) as [string, string];
  const install = [python, '-m', 'pip', 'install', '--quiet'] as const;
  execFileSync(install[0], [...install.slice(1), '-r', needs], { stdio: 'inherit' });
  execFileSync(install[0], [...install.slice(1), '--no-deps', '-r', peers], { stdio: 'inherit' });
  writeFileSync(stamp, wanted);
  return python;
}

/** What is installed, as pip names it. */
export function peerVersions(): string[] {
  return LISTS.flatMap((name) =>
    readFileSync(join(PEERS_DIR, name), 'utf8')
      .split('\n')
      .filter((line) => /^[\w-]+==/.test(line)),
  );
}
