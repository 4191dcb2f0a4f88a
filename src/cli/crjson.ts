/** `verify --crjson`: what the engine itself says, in the exchange format of validators. */
import { isImprintError, printable } from '../core/index.js';
import type { Inspector } from '../provenance/index.js';
import { readImageFile, readStream, worstExitCode } from '../provenance/index.js';
import { describeError, EXIT, exitCodeOf } from './exit.js';
import type { CliIo } from './io.js';
import { toJson } from './render/json.js';

/** The whole file behind an argument; `-` is standard input. */
export const readInput = (io: CliIo, path: string): Promise<Uint8Array> =>
  path === '-' ? readStream(io.stdin as AsyncIterable<Uint8Array>) : readImageFile(path);

/**
 * One document for `single`, else an array in the order of `files`; null for a file without credentials.
 *
 * @returns the worst exit code: 3 without credentials, 2 for altered or unreadable ones.
 */
export async function printCrJson(
  io: CliIo,
  inspector: Inspector,
  files: readonly string[],
  { single, manifestData }: { single: boolean; manifestData: Uint8Array | undefined },
): Promise<number> {
  const documents: unknown[] = [];
  const codes: number[] = [];
  for (const path of files) {
    const say = (problem: string): void => io.err(`${printable(path)}: ${problem}\n`);
    try {
      const bytes = await readInput(io, path);
      const { report, crJson } = await inspector.crJson(bytes, {
        ...(manifestData === undefined ? {} : { manifestData }),
      });
      documents.push(crJson);
      if (report.presence === 'malformed' || report.integrity === 'altered') {
        codes.push(EXIT.violated);
        if (report.problem !== undefined) say(printable(report.problem));
      } else if (crJson === null) {
        codes.push(EXIT.absent);
        say(
          report.presence === 'remote'
            ? 'credentials are kept elsewhere, not fetched'
            : 'no Content Credentials',
        );
      } else codes.push(EXIT.satisfied);
    } catch (error) {
      if (!isImprintError(error)) throw error;
      codes.push(exitCodeOf(error));
      documents.push(null);
      say(describeError(error));
    }
  }
  io.out(toJson(single ? documents[0] : documents));
  return worstExitCode(codes);
}
