/**
 * XMP (ISO 16684-1) as a flat list of properties, read by a namespace-aware XML parser that expands
 * no external entity. Prefixes are the writer's choice (`Iptc4xmpExt`, `iptcExt`), so only the
 * namespace counts. Which properties are the picture's own is a matter of where they stand: packets
 * carry whole copies of the metadata of other pictures (`xmpMM:Pantry`, `xmpMM:Ingredients`).
 */
import { SaxesParser } from 'saxes';
import { withoutPadding } from '../../../core/index.js';

const RDF = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#';
const XML = 'http://www.w3.org/XML/1998/namespace';
/** `x:xmpmeta`, formerly `x:xapmeta`; the namespace ends in a slash. */
const META = 'adobe:ns:meta';
/** Windows describes the picture at hand by this name, whichever picture that is, beside descriptions without any. */
const WINDOWS_ABOUT = 'uuid:faf5bdd5-ba3d-11da-ad31-d33d75182f1b';
/** Stands before the names of what describes another resource. */
const OTHER = 'Description';
const MAX_PROPERTIES = 2000;
const MAX_VALUE_LENGTH = 64 * 1024;
const MAX_DEPTH = 64;
/** Of the names around a property, which would be repeated for each property inside. */
const MAX_OUTER_NAMES = 200;

export interface XmpProperty {
  /** Namespace URI of the property; inside a structure, of the field. */
  namespace: string;
  /**
   * Local name of a property of the picture itself. What stands inside a structure has the names around
   * it in front (`Pantry/DigitalSourceType`), what describes another resource `Description/`.
   */
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

/** An element that is not closed yet. */
interface OpenElement {
  /** `inside` is a property, or whatever stands in one; `outside` is no part of the metadata. */
  place: 'packet' | 'rdf' | 'description' | 'inside' | 'outside';
  rdfName: string | null;
  /** The property that text in here belongs to; no name where it belongs to none. */
  namespace: string;
  name: string;
  /** What the description is about. */
  about: string;
  text: string;
}

/**
 * Every simple property of an XMP packet in document order: attributes and elements of each
 * `rdf:Description` right under `rdf:RDF`, fields of structures, each `rdf:li` of a list. XML without
 * `rdf:RDF` has none (`x:xmpmeta` around it may be missing, ISO 16684-1 §7.3.3). Malformed XML yields
 * what was read before the error.
 */
export function readXmp(packet: Uint8Array): XmpProperty[] {
  const found: (XmpProperty & { about: string })[] = [];
  const subjects = new Set<string>();
  const stack: OpenElement[] = [];
  const add = ({ about }: OpenElement, namespace: string, name: string, value: string): void => {
    const trimmed = value.trim();
    if (name !== '' && trimmed !== '' && found.length < MAX_PROPERTIES) {
      found.push({ about, namespace, name, value: trimmed.slice(0, MAX_VALUE_LENGTH) });
    }
  };

  const parser = new SaxesParser({ xmlns: true, position: false });
  // Thrown out of the parser: going on to the end of what is broken or too deep costs the square of its depth.
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    if (stack.length >= MAX_DEPTH) throw new Error('too deep');
    const attributes = Object.values(tag.attributes);
    const open = openElement(stack.at(-1), tag.uri, tag.local);
    stack.push(open);
    if (open.place === 'description') {
      open.about = aboutOf(attributes);
      subjects.add(open.about);
    }
    if (open.place !== 'description' && open.place !== 'inside') return;
    for (const { prefix, uri, local, value } of attributes) {
      if (uri === RDF && (local === 'resource' || local === 'value')) {
        add(open, open.namespace, open.name, value);
      } else if (prefix !== 'xmlns' && prefix !== '' && uri !== RDF && uri !== XML) {
        add(open, uri, nameInside(open, local), value);
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
    if (closed?.place !== 'inside') return;
    // Around list items and values with qualifiers (§7.8) stand elements of RDF that hold no text of their own.
    if (closed.rdfName === null || closed.rdfName === 'li' || closed.rdfName === 'value') {
      add(closed, closed.namespace, closed.name, closed.text);
    }
  });

  try {
    // The packet may be padded with blanks or NULs after its end (ISO 16684-1 §7.3).
    parser.write(withoutPadding(new TextDecoder('utf-8').decode(packet), '\0 \t\r\n')).close();
  } catch {
    // What was read before stands.
  }
  // Without a name and by the first name are one resource, as in Adobe's XMP Toolkit: writers that add to a file leave theirs empty.
  const own = [...subjects].find((name) => name !== '') ?? '';
  return found.map(({ about, namespace, name, value }) => ({
    namespace,
    name: about === own || about === '' ? name : `${OTHER}/${name}`,
    value,
  }));
}

function openElement(around: OpenElement | undefined, uri: string, local: string): OpenElement {
  const rdfName = uri === RDF ? local : null;
  const place = placeOf(around?.place, uri, rdfName);
  const { about = '', namespace = '', name = '' } = around ?? {};
  const open = { place, rdfName, about, text: '' };
  // Lists, list items and descriptions inside a property are only its notation.
  if (around === undefined || place !== 'inside' || rdfName !== null) {
    return { ...open, namespace, name };
  }
  return { ...open, namespace: uri, name: nameInside(around, local) };
}

function placeOf(
  around: OpenElement['place'] | undefined,
  uri: string,
  rdfName: string | null,
): OpenElement['place'] {
  switch (around) {
    case undefined:
    case 'packet':
      if (rdfName === 'RDF') return 'rdf';
      return around === undefined && uri.startsWith(META) ? 'packet' : 'outside';
    case 'rdf':
      return rdfName === 'Description' ? 'description' : 'outside';
    case 'description':
    case 'inside':
      return 'inside';
    case 'outside':
      return 'outside';
  }
}

const nameInside = ({ name }: OpenElement, local: string): string =>
  name === '' ? local : `${name.slice(0, MAX_OUTER_NAMES)}/${local}`;

/** `rdf:about`, or `about` of writers before XMP was a standard; '' is the picture that holds the packet. */
function aboutOf(attributes: readonly { uri: string; local: string; value: string }[]): string {
  const about = attributes.find(
    ({ uri, local }) => local === 'about' && (uri === RDF || uri === ''),
  );
  const value = about?.value.trim() ?? '';
  return value === WINDOWS_ABOUT ? '' : value;
}

/** Values of one property of the picture itself, in order. */
export function xmpValues(
  properties: readonly XmpProperty[],
  namespace: string,
  name: string,
): string[] {
  return properties
    .filter((property) => property.namespace === namespace && property.name === name)
    .map((property) => property.value);
}
