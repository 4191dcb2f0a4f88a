/** Distinguished names (RFC 5280 section 4.1.2.4), as text and by attribute. */
import { DER_TAG, decodeChildren } from '../der.js';
import type { DerNode } from '../der.js';
import { expectTag, oidOf, sequenceOf } from './reader.js';

export interface DistinguishedName {
  /** As it stands in the certificate: issuer and subject must be equal byte for byte. */
  readonly raw: Uint8Array;
  /** Such as `O=Example, CN=signer`; strings of the file, to be escaped before printing. */
  readonly text: string;
  readonly organization: string | null;
  readonly commonName: string | null;
}

const ATTRIBUTE: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.97': 'organizationIdentifier',
  '1.2.840.113549.1.9.1': 'emailAddress',
  '0.9.2342.19200300.100.1.25': 'DC',
};
const BMP_STRING = 0x1e;
const TELETEX_STRING = 0x14;
const MAX_TEXT = 500;

function stringOf(node: DerNode | undefined): string {
  if (node === undefined) throw new RangeError('a name has an attribute without value');
  const bytes = Buffer.from(node.content);
  if (node.tag === TELETEX_STRING) return bytes.toString('latin1');
  if (node.tag === BMP_STRING && bytes.length % 2 === 0) return bytes.swap16().toString('utf16le');
  return bytes.toString('utf8');
}

export function readName(node: DerNode | undefined, what: string): DistinguishedName {
  const parts: [string, string][] = [];
  for (const set of sequenceOf(node, what)) {
    for (const attribute of decodeChildren(expectTag(set, DER_TAG.set, what).content)) {
      const [type, value] = sequenceOf(attribute, what);
      const oid = oidOf(type, what);
      parts.push([ATTRIBUTE[oid] ?? oid, stringOf(value)]);
    }
  }
  const first = (key: string): string | null =>
    parts.find(([name, value]) => name === key && value.trim() !== '')?.[1] ?? null;
  const text = parts.map(([name, value]) => `${name}=${value}`).join(', ');
  return {
    raw: node!.raw,
    text: text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text,
    organization: first('O'),
    commonName: first('CN'),
  };
}
