/** The three textual chunks of PNG: third edition §11.3.3. */

export interface PngText {
  readonly keyword: string;
  readonly compressed: boolean;
  /** The text, still compressed when `compressed`. */
  readonly data: Uint8Array;
  readonly language: string;
}

const MAX_KEYWORD_BYTES = 79;

/** The text of a chunk of one of the three types; null for other chunks and damaged ones. */
export function parsePngText(type: string, data: Uint8Array): PngText | null {
  switch (type) {
    case 'tEXt':
      return parseText(data);
    case 'zTXt':
      return parseCompressedText(data);
    case 'iTXt':
      return parseInternationalText(data);
    default:
      return null;
  }
}

/** tEXt: keyword, NUL, Latin-1 text. A chunk without the NUL is one long text with no keyword. */
export function parseText(data: Uint8Array): PngText {
  const nul = data.indexOf(0);
  const keyword = nul < 0 ? '' : latin1(data.subarray(0, Math.min(nul, MAX_KEYWORD_BYTES)));
  return { keyword, compressed: false, data: data.subarray(nul + 1), language: '' };
}

/** zTXt: keyword, NUL, method (0 = zlib), compressed Latin-1 text. */
export function parseCompressedText(data: Uint8Array): PngText | null {
  const nul = data.indexOf(0);
  if (nul < 0 || data[nul + 1] !== 0) return null;
  const keyword = latin1(data.subarray(0, Math.min(nul, MAX_KEYWORD_BYTES)));
  return { keyword, compressed: true, data: data.subarray(nul + 2), language: '' };
}

/** iTXt: keyword, NUL, flag, method, language, NUL, translated keyword, NUL, UTF-8 text. */
export function parseInternationalText(data: Uint8Array): PngText | null {
  const nul = data.indexOf(0);
  if (nul < 0 || nul + 3 > data.length) return null;
  const languageEnd = data.indexOf(0, nul + 3);
  if (languageEnd < 0) return null;
  const translatedEnd = data.indexOf(0, languageEnd + 1);
  if (translatedEnd < 0) return null;
  return {
    keyword: latin1(data.subarray(0, Math.min(nul, MAX_KEYWORD_BYTES))),
    compressed: data[nul + 1] === 1,
    data: data.subarray(translatedEnd + 1),
    language: latin1(data.subarray(nul + 3, Math.min(languageEnd, nul + 3 + MAX_KEYWORD_BYTES))),
  };
}

/** ISO 8859-1 by the letter; TextDecoder's `latin1` is windows-1252. */
export function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
