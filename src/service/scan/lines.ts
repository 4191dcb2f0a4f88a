/** Lines of a stream, with the place where each ends; a line that never ends takes no memory. */
import { ScanError } from './errors.js';

export interface Line {
  /** Without its line break. */
  text: string;
  /** Offset of the first byte behind its line break. */
  end: number;
  /** False for a last line without a line break. */
  whole: boolean;
}

const NEWLINE = 10;

/** @param maxBytes of one line. @throws ScanError SCAN_LINE */
export async function* linesOf(
  source: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<Line, void, undefined> {
  let parts: Uint8Array[] = [];
  let length = 0;
  let end = 0;
  let number = 1;
  const keep = (part: Uint8Array): void => {
    length += part.length;
    if (length > maxBytes) {
      const message = `line ${number} is longer than ${maxBytes} bytes`;
      throw new ScanError({ code: 'SCAN_LINE', message });
    }
    parts.push(part);
  };
  const line = (whole: boolean): Line => {
    const text = Buffer.concat(parts).toString('utf8');
    parts = [];
    length = 0;
    number++;
    return { text, end, whole };
  };
  for await (const chunk of source) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      keep(chunk.subarray(from, at));
      end += at + 1 - from;
      from = at + 1;
      yield line(true);
    }
    const rest = chunk.subarray(from);
    keep(rest);
    end += rest.length;
  }
  if (length > 0) yield line(false);
}
