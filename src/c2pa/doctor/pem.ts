/** What a file that should be a PEM chain really holds (RFC 7468). */
import { decodeDer } from '../der.js';

export interface PemBlock {
  /** Such as `CERTIFICATE`. */
  readonly label: string;
  /** The bytes, null when the text between the lines is no base64. */
  readonly der: Uint8Array | null;
}

export type ChainFile =
  | { readonly form: 'empty' }
  /** A single DER value without PEM around it. */
  | { readonly form: 'der'; readonly der: Uint8Array }
  | { readonly form: 'other' }
  | {
      readonly form: 'pem';
      readonly blocks: readonly PemBlock[];
      /** BEGIN lines without their END. */
      readonly cutOff: number;
    };

const BLOCK = /-----BEGIN ([A-Z0-9 ]{1,40})-----((?:(?!-----)[^])*)-----END \1-----/g;
const BEGIN = /-----BEGIN [^-\n]{0,60}-----/g;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

function decodeBody(body: string): Uint8Array | null {
  // Headers such as Proc-Type stand before an empty line, in old encrypted keys.
  const text = body.replace(/^[^]*?\r?\n\r?\n/, '').replace(/\s+/g, '');
  return BASE64.test(text) && text.length % 4 === 0
    ? new Uint8Array(Buffer.from(text, 'base64'))
    : null;
}

function isDer(bytes: Uint8Array): boolean {
  try {
    return bytes[0] === 0x30 && decodeDer(bytes).raw.length === bytes.length;
  } catch {
    return false;
  }
}

export function readChainFile(input: string | Uint8Array): ChainFile {
  if (typeof input !== 'string' && isDer(input)) return { form: 'der', der: input };
  const text = typeof input === 'string' ? input : Buffer.from(input).toString('latin1');
  if (text.trim() === '') return { form: 'empty' };
  const begins = text.match(BEGIN)?.length ?? 0;
  if (begins === 0) return { form: 'other' };
  const blocks = [...text.matchAll(BLOCK)].map(([, label, body]) => ({
    label: label!,
    der: decodeBody(body!),
  }));
  return { form: 'pem', blocks, cutOff: begins - blocks.length };
}
