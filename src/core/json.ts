/** JSON that is safe to print: JSON.stringify leaves C1 controls and bidirectional overrides raw. */
const UNSAFE = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** JSON ending in a line break; it parses to the same value. @param indent spaces, 0 for one line. */
export function toJson(value: unknown, indent = 2): string {
  const text = JSON.stringify(value, null, indent).replace(
    UNSAFE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}

/** The text of `toJson([...values])` piece by piece, so that no more than one value is in memory. */
export function jsonArrayWriter(write: (text: string) => void): {
  add: (value: unknown) => void;
  end: () => void;
} {
  let empty = true;
  return {
    add(value) {
      write(`${empty ? '[' : ','}\n${toJson(value).trimEnd().replace(/^/gm, '  ')}`);
      empty = false;
    },
    end() {
      write(empty ? '[]\n' : '\n]\n');
    },
  };
}
