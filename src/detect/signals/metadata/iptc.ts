/** IPTC-IIM 4.2: the application record, which holds what people and programs say about a picture. */
import { viewOf } from '../../../core/index.js';

/** One data set; those that may be repeated, such as keywords, come several times. */
export type IptcField = readonly [name: string, value: string];

const TAG_MARKER = 0x1c;
const HEADER_BYTES = 5;
/** §1.6: the highest bit says that the length itself stands behind, in as many bytes as the others say. */
const EXTENDED = 0x8000;
const APPLICATION_RECORD = 2;
const MAX_FIELDS = 2000;
const MAX_VALUE_BYTES = 64 * 1024;

/** Data sets of the application record that hold text; a number stands for those without a name here. */
const NAMES: Readonly<Record<number, string>> = {
  5: 'ObjectName',
  7: 'EditStatus',
  10: 'Urgency',
  12: 'SubjectReference',
  15: 'Category',
  20: 'SupplementalCategories',
  22: 'FixtureIdentifier',
  25: 'Keywords',
  26: 'ContentLocationCode',
  27: 'ContentLocationName',
  30: 'ReleaseDate',
  35: 'ReleaseTime',
  37: 'ExpirationDate',
  38: 'ExpirationTime',
  40: 'SpecialInstructions',
  55: 'DateCreated',
  60: 'TimeCreated',
  62: 'DigitalCreationDate',
  63: 'DigitalCreationTime',
  65: 'OriginatingProgram',
  70: 'ProgramVersion',
  80: 'Byline',
  85: 'BylineTitle',
  90: 'City',
  92: 'Sublocation',
  95: 'State',
  100: 'CountryCode',
  101: 'Country',
  103: 'OriginalTransmissionReference',
  105: 'Headline',
  110: 'Credit',
  115: 'Source',
  116: 'CopyrightNotice',
  118: 'Contact',
  120: 'Caption',
  122: 'Writer',
};
/** Record version, rasterised caption, preview: binary. */
const BINARY = new Set([0, 125, 200, 201, 202]);

/**
 * Text fields of blocks of records in order, of each block up to the first bytes that are no data set. At
 * most 2000 fields; of each value the first 64 KiB.
 */
export function readIptc(blocks: readonly Uint8Array[]): IptcField[] {
  const fields: IptcField[] = [];
  for (const block of blocks) readBlock(block, fields);
  return fields;
}

function readBlock(block: Uint8Array, fields: IptcField[]): void {
  const view = viewOf(block);
  let offset = 0;
  while (
    offset + HEADER_BYTES <= block.length &&
    block[offset] === TAG_MARKER &&
    fields.length < MAX_FIELDS
  ) {
    const record = block[offset + 1]!;
    const dataSet = block[offset + 2]!;
    let length = view.getUint16(offset + 3);
    let start = offset + HEADER_BYTES;
    if (length >= EXTENDED) {
      const lengthBytes = length - EXTENDED;
      // A length of more than four bytes is past the end of any block.
      if (lengthBytes < 1 || lengthBytes > 4 || start + lengthBytes > block.length) break;
      length = Buffer.from(block.subarray(start, start + lengthBytes)).readUIntBE(0, lengthBytes);
      start += lengthBytes;
    }
    const end = start + length;
    if (end > block.length) break;
    if (record === APPLICATION_RECORD && !BINARY.has(dataSet)) {
      const value = decode(block.subarray(start, Math.min(end, start + MAX_VALUE_BYTES)));
      if (value !== '') fields.push([NAMES[dataSet] ?? String(dataSet), value]);
    }
    offset = end;
  }
}

/** UTF-8 where it is valid, whatever record 1:90 says: many writers use it without saying so. */
function decode(bytes: Uint8Array): string {
  try {
    // A value that was cut may end inside a character.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, {
      stream: bytes.length === MAX_VALUE_BYTES,
    });
  } catch {
    return Buffer.from(bytes).toString('latin1');
  }
}
