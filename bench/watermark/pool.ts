/** A few child processes that take tasks one after the other. */
import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Version } from './hash.js';
import type { Task } from './tasks.js';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));

/**
 * Run every task; `onDone` hears of each. Rejects when a child reports an error or dies, and when the
 * sources of `version` have changed by the time that a child loads them.
 */
export function runTasks(
  tasks: readonly Task[],
  jobs: number,
  version: Version,
  onDone: (done: number, task: Task) => void,
): Promise<void> {
  if (tasks.length === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const queue = [...tasks];
    const children: ChildProcess[] = [];
    let done = 0;
    const finish = (error?: Error): void => {
      for (const child of children) child.removeAllListeners('exit').kill();
      if (error) reject(error);
      else resolve();
    };
    for (let i = 0; i < Math.min(jobs, tasks.length); i++) {
      const child = fork(WORKER, [version.hash, ...version.paths], {
        execArgv: ['--import', 'tsx'],
        stdio: 'inherit',
      });
      let current: Task | undefined;
      const next = (): void => {
        current = queue.shift();
        if (current) child.send(current);
      };
      child.on('message', (message: { error?: string }) => {
        if (message.error !== undefined) {
          finish(new Error(`${current?.image.id}: ${message.error}`));
          return;
        }
        onDone(++done, current!);
        if (done === tasks.length) finish();
        else next();
      });
      child.on('exit', (code, signal) =>
        finish(new Error(`${current?.image.id}: its process ended (${signal ?? code})`)),
      );
      children.push(child);
      next();
    }
  });
}
