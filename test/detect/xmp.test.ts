import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readXmp, XMP_NAMESPACES, xmpValues } from '../../src/detect/signals/metadata/xmp.js';

const packet = (body: string, attributes = ''): Uint8Array =>
  new TextEncoder().encode(
    `<?xpacket begin="\u{feff}" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">` +
      `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""` +
      ` xmlns:ext="${XMP_NAMESPACES.iptcExt}" xmlns:dc="${XMP_NAMESPACES.dc}" ${attributes}>${body}` +
      `</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>\n\n   \0\0`,
  );

describe('readXmp', () => {
  it('knows a property by its namespace, whatever the prefix', () => {
    const properties = readXmp(packet('<ext:DigitalSourceType>a&amp;b</ext:DigitalSourceType>'));
    expect(xmpValues(properties, XMP_NAMESPACES.iptcExt, 'DigitalSourceType')).toEqual(['a&b']);
  });

  it('reads attributes, resources and list items', () => {
    const properties = readXmp(
      packet(
        '<dc:creator><rdf:Seq><rdf:li>one</rdf:li><rdf:li>two</rdf:li></rdf:Seq></dc:creator>' +
          '<dc:source rdf:resource="urn:x"/>',
        'ext:AISystemUsed="model"',
      ),
    );
    expect(xmpValues(properties, XMP_NAMESPACES.iptcExt, 'AISystemUsed')).toEqual(['model']);
    expect(xmpValues(properties, XMP_NAMESPACES.dc, 'creator')).toEqual(['one', 'two']);
    expect(xmpValues(properties, XMP_NAMESPACES.dc, 'source')).toEqual(['urn:x']);
  });

  it('stops at elements nested too deep and keeps what stood before them', () => {
    // To its end this takes minutes: each element costs what stands around it.
    const deep = readXmp(packet(`<dc:title>kept</dc:title>${'<a>'.repeat(300_000)}`));
    expect(xmpValues(deep, XMP_NAMESPACES.dc, 'title')).toEqual(['kept']);
  });

  const AI = `<ext:DigitalSourceType>x</ext:DigitalSourceType>`;
  const LABEL = `xmlns:ext="${XMP_NAMESPACES.iptcExt}" ext:DigitalSourceType="x"`;
  const RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"';
  const label = (text: Uint8Array | string): string[] =>
    xmpValues(
      readXmp(typeof text === 'string' ? new TextEncoder().encode(text) : text),
      XMP_NAMESPACES.iptcExt,
      'DigitalSourceType',
    );
  const descriptions = (...abouts: string[]): string =>
    `<rdf:RDF ${RDF}>${abouts.map((about) => `<rdf:Description ${about} ${LABEL}/>`).join('')}</rdf:RDF>`;

  it.each([
    [
      'a field of a list of structures',
      `<rdf:Bag><rdf:li rdf:parseType="Resource">${AI}</rdf:li></rdf:Bag>`,
    ],
    ['an attribute there', `<rdf:Bag><rdf:li><rdf:Description ${LABEL}/></rdf:li></rdf:Bag>`],
    ['an attribute of an item', `<rdf:Bag><rdf:li ${LABEL}/></rdf:Bag>`],
    ['a structure', `<rdf:Description>${AI}</rdf:Description>`],
    ['a property in a property', AI],
  ])('%s is no property of the picture, and is kept under the names around it', (_, inside) => {
    const bytes = packet(`<dc:Pantry>${inside}</dc:Pantry>`);
    expect(label(bytes)).toEqual([]);
    expect(readXmp(bytes)).toEqual([
      { namespace: XMP_NAMESPACES.iptcExt, name: 'Pantry/DigitalSourceType', value: 'x' },
    ]);
  });

  it('a value with qualifiers is that of its property (§7.8)', () => {
    const value = '<rdf:value>x</rdf:value><dc:source>me</dc:source>';
    for (const body of [
      `<ext:DigitalSourceType rdf:parseType="Resource">${value}</ext:DigitalSourceType>`,
      `<ext:DigitalSourceType><rdf:Description>${value}</rdf:Description></ext:DigitalSourceType>`,
      '<ext:DigitalSourceType rdf:value="x" dc:source="me"/>',
    ]) {
      expect(label(packet(body))).toEqual(['x']);
    }
  });

  it('the language of a text is no property', () => {
    const text = '<dc:title><rdf:Alt><rdf:li xml:lang="x-default">t</rdf:li></rdf:Alt></dc:title>';
    expect(readXmp(packet(text))).toEqual([
      { namespace: XMP_NAMESPACES.dc, name: 'title', value: 't' },
    ]);
  });

  it('a packet is RDF, with or without x:xmpmeta around it (§7.3.3)', () => {
    const rdf = `<rdf:RDF ${RDF}><rdf:Description rdf:about="" ${LABEL}/></rdf:RDF>`;
    expect(label(rdf)).toEqual(['x']);
    expect(label(`<x:xapmeta xmlns:x="adobe:ns:meta/">${rdf}</x:xapmeta>`)).toEqual(['x']);
    expect(label(`<a>${rdf}</a>`)).toEqual([]);
    expect(label(`<a xmlns:ext="${XMP_NAMESPACES.iptcExt}">${AI}</a>`)).toEqual([]);
    expect(label(`<x:xmpmeta xmlns:x="adobe:ns:meta/"><a ${LABEL}/></x:xmpmeta>`)).toEqual([]);
    expect(label(`<rdf:RDF ${RDF}><a><b ${LABEL}/></a></rdf:RDF>`)).toEqual([]);
  });

  it.each([
    ['without any name', [''], 1],
    ['all by one name', ['rdf:about="uuid:1"', 'rdf:about="uuid:1"'], 2],
    ['by the name that old writers gave without a prefix', ['about="uuid:1"'], 1],
    ['without a name and by one', ['rdf:about=""', 'rdf:about="uuid:1"'], 2],
    ['by one and without a name', ['rdf:about="uuid:1"', ''], 2],
    ['by the first name of two', ['rdf:about="uuid:1"', 'rdf:about="uuid:2"'], 1],
    [
      'by the name that Windows gives to every picture',
      ['rdf:about=""', 'rdf:about="uuid:faf5bdd5-ba3d-11da-ad31-d33d75182f1b"'],
      2,
    ],
  ])('the picture is described %s', (_, abouts, count) => {
    const text = descriptions(...abouts);
    expect(label(text)).toHaveLength(count);
    const all = readXmp(new TextEncoder().encode(text)).map(({ name }) => name);
    expect(all.filter((name) => name === 'Description/DigitalSourceType')).toHaveLength(
      abouts.length - count,
    );
  });

  it('names around a property are not repeated at any length', () => {
    const name = 'n'.repeat(100_000);
    const fields = '<dc:a>x</dc:a>'.repeat(1000);
    const properties = readXmp(packet(`<dc:${name}>${fields}</dc:${name}>`));
    expect(properties).toHaveLength(1000);
    expect(properties[0]!.name.length).toBeLessThan(300);
  });

  it('expands no entity of the file, so neither a bomb nor a local file', () => {
    const bomb =
      '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>' +
      new TextDecoder()
        .decode(packet('<dc:title>&b;&f;</dc:title>'))
        .replace(/^<\?xpacket.*?\?>/, '');
    const text = readXmp(new TextEncoder().encode(bomb))
      .map(({ value }) => value)
      .join();
    expect(text).not.toContain('aaaa');
    expect(text).not.toContain('root:');
  });

  it('stops at absurd depth and keeps what came before', () => {
    const deep = `<ext:AISystemUsed>m</ext:AISystemUsed>${'<dc:a>'.repeat(5000)}`;
    expect(xmpValues(readXmp(packet(deep)), XMP_NAMESPACES.iptcExt, 'AISystemUsed')).toEqual(['m']);
  });

  it('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        expect(Array.isArray(readXmp(bytes))).toBe(true);
      }),
    );
    const valid = packet('<ext:DigitalSourceType>x</ext:DigitalSourceType>');
    fc.assert(
      fc.property(fc.nat(valid.length - 1), fc.nat(255), (at, value) => {
        const mutated = valid.slice();
        mutated[at] = value;
        expect(Array.isArray(readXmp(mutated))).toBe(true);
      }),
    );
  });
});
