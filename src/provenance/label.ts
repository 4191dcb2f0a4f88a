/**
 * The unsigned label in XMP: IPTC Digital Source Type and the AI properties of IPTC 2025.1, which
 * readers without C2PA understand. Only what the manifest says too.
 */

const escapeXml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');

export interface AiLabel {
  /** Code of the IPTC vocabulary, such as `trainedAlgorithmicMedia`. */
  digitalSourceType: string;
  system: string;
  systemVersion: string;
  creatorTool: string;
}

/** An XMP packet (ISO 16684-1), UTF-8. */
export function aiLabelXmp(label: AiLabel): Uint8Array {
  const source = `http://cv.iptc.org/newscodes/digitalsourcetype/${label.digitalSourceType}`;
  return new TextEncoder().encode(
    `<?xpacket begin="\u{feff}" id="W5M0MpCehiHzreSzNTczkc9d"?>` +
      `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">` +
      `<rdf:Description rdf:about="" xmlns:Iptc4xmpExt="http://iptc.org/std/Iptc4xmpExt/2008-02-29/"` +
      ` xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:CreatorTool="${escapeXml(label.creatorTool)}">` +
      `<Iptc4xmpExt:DigitalSourceType>${source}</Iptc4xmpExt:DigitalSourceType>` +
      `<Iptc4xmpExt:AISystemUsed>${escapeXml(label.system)}</Iptc4xmpExt:AISystemUsed>` +
      `<Iptc4xmpExt:AISystemVersionUsed>${escapeXml(label.systemVersion)}</Iptc4xmpExt:AISystemVersionUsed>` +
      `</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`,
  );
}
