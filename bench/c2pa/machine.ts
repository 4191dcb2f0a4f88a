/** What a figure was measured on. */
import { execFileSync } from 'node:child_process';
import { cpus } from 'node:os';

/** One sentence: machine, Node, engine, commit. */
export function aboutThisRun(engine: string): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  const processors = cpus();
  const machine = `${processors.length} x ${processors[0]?.model.trim() ?? 'unknown processor'}`;
  return `Measured on ${machine}, Node ${process.version}, ${engine}, commit ${commit}.`;
}
