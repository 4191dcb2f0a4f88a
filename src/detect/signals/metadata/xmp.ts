/**
 * XMP (ISO 16684-1) as a flat list of properties, read by a namespace-aware XML parser that expands
 * no external entity. Prefixes are the writer's choice (`Iptc4xmpExt`, `iptcExt`), so only the
 * namespace counts.
 */
import { SaxesParser } from 'saxes';
import { withoutPadding } from '../../../core/index.js';

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const MAX_PROPERTIES = 2000;
const MAX_VALUE_LENGTH = 64 * 1024;
const MAX_DEPTH = 64;

export interface XmpProperty {
  /** Namespace URI of the property. */
  namespace: string;
  name: string;
  value: string;
}

export const XMP_NAMESPACES = {
  iptcExt: 'http://iptc.org/std/Iptc4xmpExt/2008-02-29/',
  photoshop: 'http://ns.adobe.com/photoshop/1.0/',
  xmp: 'http://ns.adobe.com/xap/1.0/',
  dc: 'http://purl.org/dc/elements/1.1/',
  exif: 'http://ns.adobe.com/exif/1.0/',
  tiff: 'http://ns.adobe.com/tiff/1.0/',
  tc260: 'http://www.tc260.org.cn/ns/AIGC/1.0/',
} as const;

/**
 * Every simple property of an XMP packet in document order: attributes of `rdf:Description`,
 * element text, and each `rdf:li` of a list. Malformed XML yields what was read before the error.
 */
export function readXmp(packet: Uint8Array): XmpProperty[] {
  const properties: XmpProperty[] = [];
  const stack: { namespace: string; name: string; text: string }[] = [];
  const add = (namespace: string, name: string, value: string): void => {
    const trimmed = value.trim();
    if (trimmed !== '' && properties.length < MAX_PROPERTIES) {
      properties.push({ namespace, name, value: trimmed.slice(0, MAX_VALUE_LENGTH) });
    }
  };

  const parser = new SaxesParser({ xmlns: true, position: false });
  // Thrown out of the parser: going on to the end of what is broken or too deep costs the square of its depth.
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    if (stack.length >= MAX_DEPTH) throw new Error('too deep');
    stack.push({ namespace: tag.uri, name: tag.local, text: '' });
    for (const attribute of Object.values(tag.attributes)) {
      if (attribute.prefix !== 'xmlns' && attribute.prefix !== '' && attribute.uri !== RDF) {
        add(attribute.uri, attribute.local, attribute.value);
      } else if (attribute.uri === RDF && attribute.local === 'resource') {
        add(tag.uri, tag.local, attribute.value);
      }
    }
  });
  const onText = (text: string): void => {
    const top = stack.at(-1);
    if (top !== undefined && top.text.length < MAX_VALUE_LENGTH) top.text += text;
  };
  parser.on('text', onText);
  parser.on('cdata', onText);
  parser.on('closetag', () => {
    const closed = stack.pop();
    if (closed === undefined) return;
    if (closed.namespace === RDF) {
      // A list item belongs to the property around rdf:Seq / rdf:Bag / rdf:Alt.
      if (closed.name !== 'li') return;
      const owner = stack.findLast((element) => element.namespace !== RDF);
      if (owner !== undefined) add(owner.namespace, owner.name, closed.text);
    } else if (!closed.namespace.startsWith('adobe:ns:meta')) {
      add(closed.namespace, closed.name, closed.text);
    }
  });

  try {
    // The packet may be padded with blanks or NULs after its end (ISO 16684-1 §7.3).
    parser.write(withoutPadding(new TextDecoder('utf-8').decode(packet), '\0 \t\r\n')).close();
  } catch {
    // What was read before stands.
  }
  return properties;
}

/** Values of one property, in order. */
export function xmpValues(
  properties: readonly XmpProperty[],
  namespace: string,
  name: string,
): string[] {
  return properties
    .filter((property) => property.namespace === namespace && property.name === name)
    .map((property) => property.value);
}
