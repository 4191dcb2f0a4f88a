/** Writes the reports of a check: whole files, standard output, and what GitHub Actions reads. */
import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import colours from 'picocolors';
import { errorMessage, printable } from '../core/index.js';
import type { CheckResult, FormatContext } from '../check/index.js';
import { CheckError, FORMATS, githubOutputs, pathFrom, RULES } from '../check/index.js';
import type { ReportTarget } from './check-formats.js';
import { streamOf } from './check-formats.js';
import { repositoryRoot } from './check-setup.js';
import type { CliIo } from './io.js';
import { writeWhole } from './write-whole.js';

export interface ReportPlace {
  cwd: string;
  /** Absolute folder that paths in the result are relative to. */
  root: string;
  verbose: boolean;
}

export async function writeReports(
  io: CliIo,
  result: CheckResult,
  targets: readonly ReportTarget[],
  place: ReportPlace,
): Promise<void> {
  const context = contextOf(io, place);
  const written: string[] = [];
  for (const target of targets) {
    const { format, path } = target;
    const stream = streamOf(target, targets);
    const plain = path !== null || stream === 'err';
    const text = FORMATS[format](result, plain ? { ...context, paint: unpainted } : context);
    if (path === null) io[stream](text);
    else {
      await writeReport(path, text);
      written.push(path);
    }
  }
  if (targets.some(({ format }) => format === 'github')) {
    await appendTo(io, 'GITHUB_STEP_SUMMARY', FORMATS.markdown(result, context));
    await appendTo(io, 'GITHUB_OUTPUT', githubOutputs(result, written));
  }
}

/** All of it or nothing; the system's own message does not say which file. */
async function writeReport(path: string, text: string): Promise<void> {
  await writeWhole(path, text).catch((cause: unknown) => {
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw cause;
    const message = `cannot write ${printable(path, 300)} (${code ?? 'unknown'})`;
    throw new CheckError({ code: 'CHECK_REPORT', message, cause });
  });
}

const unpainted = colours.createColors(false);

function contextOf(io: CliIo, { cwd, root, verbose }: ReportPlace): FormatContext {
  const repository = repositoryRoot(io.env, root);
  return {
    display: (path) => pathFrom(cwd, resolve(root, path)),
    locate: (path) => pathFrom(repository, resolve(root, path)),
    paint: colours.createColors(io.colour),
    rules: RULES,
    verbose,
  };
}

/** GitHub gives a file to append to; other steps may have written to it. */
async function appendTo(io: CliIo, name: string, text: string): Promise<void> {
  const path = io.env[name];
  if (path === undefined || path === '') return;
  await appendFile(path, text).catch((error: unknown) => {
    io.err(`imprint: warning: ${name} was not written: ${printable(errorMessage(error), 300)}\n`);
  });
}
