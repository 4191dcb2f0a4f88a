/**
 * Credit lines (XMP `photoshop:Credit`, IPTC-IIM 2:110) that Google and Apple write beside the Digital
 * Source Type. Only the whole line counts: a credit may name anybody.
 */
import type { EvidenceClaim } from '../../evidence.js';
import type { MetadataReader } from './reader.js';
import { defineReader, mark } from './reader.js';
import type { MetadataView } from './view.js';
import { iptcValues, xmpPlace } from './view.js';
import { XMP_NAMESPACES, xmpValues } from './xmp.js';

export interface CreditLine {
  id: string;
  line: string;
  claim: EvidenceClaim;
}

/** A reader of the exact credit lines of one vendor. */
export function creditReader(
  id: string,
  vendor: string,
  lines: readonly CreditLine[],
  guide: MetadataReader['guide'],
): MetadataReader {
  return defineReader({
    id,
    guide,
    read: (view) =>
      lines.flatMap(({ id: lineId, line, claim }) => {
        const where = creditPlace(view, line);
        if (where === null) return [];
        return [
          mark({
            id: lineId,
            finding: `Credit line "${line}"`,
            strength: 'declared',
            claim,
            where,
            explain: `The credit that ${vendor} writes into such pictures. Unsigned: it can be copied or removed.`,
            vendor,
          }),
        ];
      }),
  });
}

function creditPlace(view: MetadataView, line: string): string | null {
  const same = (value: string): boolean => value.trim().toLowerCase() === line.toLowerCase();
  if (xmpValues(view.xmp, XMP_NAMESPACES.photoshop, 'Credit').some(same)) {
    return xmpPlace(view, 'XMP-photoshop:Credit');
  }
  return iptcValues(view, 'Credit').some(same) ? 'iptc Credit' : null;
}
