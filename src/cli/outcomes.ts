/** What `verify` prints of each file, and the exit code that it earns. */
import { jsonArrayWriter, printable, toJson } from '../core/index.js';
import type { FileOutcome, Requirement } from '../provenance/index.js';
import { verdictExitCode } from '../provenance/index.js';
import { exitCodeOfCode, inOptions } from './exit.js';
import type { CliIo } from './io.js';
import { renderReport } from './render/report.js';

export function outcomeCode(outcome: FileOutcome, require: readonly Requirement[]): number {
  return 'report' in outcome
    ? verdictExitCode(outcome.report, require)
    : exitCodeOfCode(outcome.error.code);
}

export interface OutcomePrinter {
  add: (outcome: FileOutcome) => void;
  end: () => void;
}

/** @param single whether one file was named: then JSON is one object and not an array of one. */
export function outcomePrinter(
  io: CliIo,
  { json, ndjson }: { json: boolean; ndjson: boolean },
  { single }: { single: boolean },
): OutcomePrinter {
  if (ndjson) return { add: (outcome) => io.out(toJson(row(outcome), 0)), end: () => undefined };
  if (json && single)
    return { add: (outcome) => io.out(toJson(row(outcome))), end: () => undefined };
  if (json) {
    const { add, end } = jsonArrayWriter(io.out);
    return { add: (outcome) => add(row(outcome)), end };
  }
  let first = true;
  return {
    add(outcome) {
      if ('report' in outcome) {
        io.out(`${first ? '' : '\n'}${renderReport(outcome.report, io.colour)}`);
      } else io.err(`${named(outcome.path, told(outcome.error))}\n`);
      first = false;
    },
    end: () => undefined,
  };
}

/** A report, or what stands in its place. */
function row(outcome: FileOutcome): unknown {
  if ('report' in outcome) return outcome.report;
  const { code } = outcome.error;
  const path = outcome.path === '-' ? null : outcome.path;
  return { file: { path }, error: { code, message: told(outcome.error) } };
}

/** One line, with the stable code. */
function told({ code, message }: { code: string; message: string }): string {
  return `${inOptions(printable(message.split('\n')[0] ?? '', 1000))} [${code}]`;
}

/** Some messages name the file already. */
function named(path: string, message: string): string {
  const name = printable(path);
  return message.startsWith(`${name}: `) ? message : `${name}: ${message}`;
}
