/**
 * What Python's `json.dumps(json.loads(text))` gives, byte for byte, which NovelAI signs. JavaScript's
 * own JSON would print 5.0 as 5 and lose digits of long integers.
 */

const MAX_LENGTH = 1024 * 1024;
const MAX_DEPTH = 100;
const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?/y;
const WORD = /true|false|null|NaN|-?Infinity/y;

/**
 * `text`, an object, dumped anew without its member `omit`; null when it is no JSON object.
 */
export function redumpObject(text: string, omit: string): string | null {
  if (text.length > MAX_LENGTH) return null;
  try {
    const reader = createReader(text);
    const members = reader.object(0);
    if (!reader.atEnd()) return null;
    members.delete(omit);
    return dumpObject(members);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** Members in the order of their first mention, each with its last value, as a Python dict has them. */
type Members = Map<string, string>;

interface Reader {
  object(depth: number): Members;
  atEnd(): boolean;
}

function createReader(text: string): Reader {
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found !== null) at += found[0].length;
    return found;
  };
  const skipBlank = (): void => void take(BLANK);
  const expect = (character: string): void => {
    if (text[at] !== character) throw new SyntaxError(`expected ${character}`);
    at++;
  };
  const string = (): string => {
    if (text[at] !== '"') throw new SyntaxError('expected a string');
    const start = at++;
    while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
    at++;
    // Refuses bare control characters, as Python does.
    return JSON.parse(text.slice(start, at)) as string;
  };
  /** Calls `item` for each until `close`. */
  const list = (close: string, item: () => void): void => {
    skipBlank();
    if (text[at] === close) {
      at++;
      return;
    }
    for (;;) {
      skipBlank();
      item();
      skipBlank();
      if (text[at] === close) break;
      expect(',');
    }
    at++;
  };
  const value = (depth: number): string => {
    if (depth > MAX_DEPTH) throw new SyntaxError('too deep');
    const next = text[at];
    if (next === '{') return dumpObject(object(depth));
    if (next === '"') return quote(string());
    if (next === '[') {
      at++;
      const items: string[] = [];
      list(']', () => items.push(value(depth + 1)));
      return `[${items.join(', ')}]`;
    }
    const word = take(WORD);
    if (word !== null) return word[0];
    const number = take(NUMBER);
    if (number === null) throw new SyntaxError('expected a value');
    const [literal, fraction, exponent] = number;
    return fraction === undefined && exponent === undefined
      ? literal === '-0'
        ? '0'
        : literal
      : pythonFloat(Number(literal));
  };
  const object = (depth: number): Members => {
    expect('{');
    const members: Members = new Map();
    list('}', () => {
      const name = string();
      skipBlank();
      expect(':');
      skipBlank();
      members.set(name, value(depth + 1));
    });
    return members;
  };
  return {
    object(depth) {
      skipBlank();
      return object(depth);
    },
    atEnd() {
      skipBlank();
      return at === text.length;
    },
  };
}

function dumpObject(members: Members): string {
  return `{${[...members].map(([name, value]) => `${quote(name)}: ${value}`).join(', ')}}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
  '\b': '\\b',
};

/** `ensure_ascii`: everything outside blank to tilde becomes an escape. */
function quote(text: string): string {
  const escaped = text.replace(
    /["\\]|[^ -~]/g,
    (unit) => ESCAPES[unit] ?? `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

/** `float.__repr__`: the shortest digits, with an exponent below 1e-4 and from 1e16. */
export function pythonFloat(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const [mantissa = '0', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const sign = exponent < 0 ? '-' : '+';
    return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  const negative = mantissa.startsWith('-') || Object.is(value, -0) ? '-' : '';
  const digits = mantissa.replace(/[-.]/g, '');
  if (exponent < 0) return `${negative}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${negative}${whole}.${digits.slice(exponent + 1) || '0'}`;
}
