/** What parsing a JSON text would cost, from one pass over its characters that allocates nothing. */

/** ComfyUI's own examples nest ten levels deep; `JSON.parse` takes millions, and memory for each. */
const MAX_NESTING = 128;

/**
 * Members and items of a JSON text, about: its opening brackets and commas. Infinite when it nests too deep to be anybody's settings.
 * The text need not be JSON.
 */
export function countJsonValues(text: string): number {
  let values = 0;
  let nesting = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (character === '"') i = endOfString(text, i);
    else if (character === ',') values++;
    else if (character === '}' || character === ']') nesting--;
    else if (character === '{' || character === '[') {
      values++;
      if (++nesting > MAX_NESTING) return Infinity;
    }
  }
  return values;
}

/** Index of the quote that closes the string whose opening quote stands at `start`, or the text's end. */
function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}
