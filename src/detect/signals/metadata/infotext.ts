/**
 * The settings line of AUTOMATIC1111's web UI, which dozens of tools copy:
 * `Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 512x512, Model hash: ..., Version: v1.10.1`
 * below the prompt. Values with commas or colons stand in JSON quotes (modules/processing.py,
 * create_infotext; infotext_utils.py, quote).
 */

export type Infotext = ReadonlyMap<string, string>;

const MAX_LINES_READ = 50;
const MAX_LINE_LENGTH = 64 * 1024;
const MAX_SETTINGS = 300;
/** Settings that say what they are by their value, too. */
const TYPED: Readonly<Record<string, RegExp>> = {
  Steps: /^\d+$/,
  Sampler: /^\S.*$/,
  'CFG scale': /^[\d.]+$/,
  Seed: /^\d+$/,
  Size: /^\d+x\d+$/,
  'Model hash': /^[0-9a-f]+$/i,
};
const WANTED = 3;

/**
 * The settings of the last line that is one, or null. One or two such words may stand in a caption;
 * three well-formed ones on a line are the tool's own.
 */
export function parseInfotext(text: string): Infotext | null {
  const lines = text.slice(-4 * MAX_LINE_LENGTH).split('\n');
  for (const line of lines.reverse().slice(0, MAX_LINES_READ)) {
    const settings = parseLine(line.trim().slice(0, MAX_LINE_LENGTH));
    const known = Object.entries(TYPED).filter(([name, shape]) => {
      const value = settings.get(name);
      return value !== undefined && shape.test(value);
    });
    if (known.length >= WANTED) return settings;
  }
  return null;
}

function parseLine(line: string): Map<string, string> {
  const settings = new Map<string, string>();
  let at = 0;
  while (at < line.length && settings.size < MAX_SETTINGS) {
    const colon = line.indexOf(':', at);
    if (colon < 0) break;
    const before = line.slice(at, colon);
    const name = before.slice(before.lastIndexOf(',') + 1).trim();
    let start = colon + 1;
    while (line[start] === ' ') start++;
    const end = line[start] === '"' ? endOfQuotes(line, start) : line.indexOf(',', start);
    const stop = end < 0 ? line.length : end;
    if (name !== '' && name.length <= 60 && !settings.has(name)) {
      settings.set(name, unquote(line.slice(start, stop).trim()));
    }
    at = Math.max(stop, colon + 1);
  }
  return settings;
}

/** Index behind the closing quote. */
function endOfQuotes(line: string, start: number): number {
  for (let i = start + 1; i < line.length; i++) {
    if (line[i] === '\\') i++;
    else if (line[i] === '"') return i + 1;
  }
  return line.length;
}

function unquote(value: string): string {
  if (!value.startsWith('"')) return value;
  try {
    const text: unknown = JSON.parse(value);
    return typeof text === 'string' ? text : value;
  } catch {
    return value;
  }
}
