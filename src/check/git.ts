/** What git says, read through its plumbing: no work tree is made and no hook or filter of the repository runs. */
import { spawn } from 'node:child_process';
import { printable } from '../core/index.js';
import { CheckError } from './errors.js';

const MAX_OUTPUT = 256 << 20;
const TIMEOUT_MS = 120_000;
/** A repository's own settings must not run programs while it is only looked at. */
const SAFE = [
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
  '-c',
  'core.quotePath=false',
];

/** @throws CheckError CHECK_GIT */
export function git(cwd: string, args: readonly string[], input?: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', [...SAFE, ...args], { cwd, timeout: TIMEOUT_MS });
    const parts: Buffer[] = [];
    let size = 0;
    let said = '';
    const fail = (message: string, cause?: unknown): void =>
      reject(new CheckError({ code: 'CHECK_GIT', message, cause }));
    child.stdout.on('data', (part: Buffer) => {
      size += part.length;
      if (size > MAX_OUTPUT) {
        child.kill();
        fail(`git ${args[0]} answered more than ${MAX_OUTPUT} bytes`);
      } else parts.push(part);
    });
    child.stderr.on('data', (part: Buffer) => {
      said = (said + part.toString('utf8')).slice(0, 2000);
    });
    child.on('error', (error) => fail('git cannot be run: is it installed?', error));
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(parts));
      else fail(`git ${args[0]} failed: ${printable(said.split('\n')[0] ?? '', 300)}`);
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}

/** Full id of the commit that `revision` names. @throws CheckError CHECK_GIT */
export async function resolveCommit(cwd: string, revision: string): Promise<string> {
  try {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
    return (await git(cwd, args)).toString('utf8').trim();
  } catch (cause) {
    throw new CheckError({
      code: 'CHECK_GIT',
      message: `"${printable(revision)}" is no revision of a git repository here; a shallow clone may lack it`,
      cause,
    });
  }
}

/** Absolute root of the work tree around `cwd`. @throws CheckError CHECK_GIT */
export async function repositoryTop(cwd: string): Promise<string> {
  return (await git(cwd, ['rev-parse', '--show-toplevel'])).toString('utf8').replace(/\n$/, '');
}

const names = (output: Buffer): string[] =>
  output
    .toString('utf8')
    .split('\0')
    .filter((name) => name !== '');

/**
 * Files under the repository, relative to its root, that differ from where the branch left `revision`: changed,
 * added, renamed, and new ones that are not committed yet.
 */
export async function changedFiles(top: string, revision: string): Promise<string[]> {
  const commit = await resolveCommit(top, revision);
  // Without a common ancestor (unrelated or shallow histories) the revision itself is the base.
  const base = await git(top, ['merge-base', commit, 'HEAD'])
    .then((output) => output.toString('utf8').trim())
    .catch(() => commit);
  const options = ['--no-ext-diff', '--no-textconv', '--no-renames', '--diff-filter=d'];
  const changed = await git(top, ['diff', '--name-only', '-z', ...options, base, '--']);
  const fresh = await git(top, ['ls-files', '--others', '--exclude-standard', '-z']);
  return [...new Set([...names(changed), ...names(fresh)])].sort();
}

export interface Blob {
  /** Relative to the root of the repository. */
  path: string;
  /** Object id. */
  id: string;
  bytes: number;
}

/** The regular files of a revision. */
export async function filesOfRevision(top: string, commit: string): Promise<Blob[]> {
  const output = await git(top, ['ls-tree', '-r', '-l', '-z', '--full-tree', commit]);
  return names(output).flatMap((line) => {
    const match = /^100(?:644|755) blob ([0-9a-f]+) +(\d+)\t(.*)$/s.exec(line);
    return match === null ? [] : [{ id: match[1]!, bytes: Number(match[2]), path: match[3]! }];
  });
}

export interface BlobReader {
  /** @throws CheckError CHECK_GIT */
  read: (id: string) => Promise<Uint8Array>;
  close: () => void;
}

/** One `git cat-file --batch` for all objects that are read, one after the other. */
export function openBlobReader(top: string): BlobReader {
  const child = spawn('git', [...SAFE, 'cat-file', '--batch'], { cwd: top });
  child.stdin.on('error', () => undefined);
  child.stderr.resume();
  const stream = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let rest: Buffer = Buffer.alloc(0);
  const failed = (cause?: unknown): CheckError =>
    new CheckError({ code: 'CHECK_GIT', message: 'git cat-file ended before its answer', cause });
  const startup = new Promise<never>((_, reject) =>
    child.on('error', (error) => reject(failed(error))),
  );
  startup.catch(() => undefined);
  /** The next `count` bytes, or, for null, those up to a line break. */
  const take = async (count: number | null): Promise<Buffer> => {
    const parts = [rest];
    let size = rest.length;
    for (;;) {
      const last = parts.at(-1)!;
      const end = count ?? (last.includes(10) ? size - last.length + last.indexOf(10) + 1 : -1);
      if (end >= 0 && size >= end) {
        const all = parts.length === 1 ? last : Buffer.concat(parts);
        rest = all.subarray(end);
        return all.subarray(0, end);
      }
      const next = await Promise.race([stream.next(), startup]);
      if (next.done === true) throw failed();
      parts.push(next.value);
      size += next.value.length;
    }
  };
  const readNow = async (id: string): Promise<Uint8Array> => {
    child.stdin.write(`${id}\n`);
    const header = (await take(null)).toString('utf8').trim();
    const match = /^[0-9a-f]+ blob (\d+)$/.exec(header);
    if (match === null) throw failed(header);
    const content = await take(Number(match[1]) + 1);
    return Uint8Array.from(content.subarray(0, -1));
  };
  let queue: Promise<unknown> = Promise.resolve();
  return {
    read: (id) => {
      const answer = queue.then(() => readNow(id));
      queue = answer.catch(() => undefined);
      return answer;
    },
    close: () => child.stdin.end(),
  };
}
