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

  it('expands no entity of the file, so neither a bomb nor a local file', () => {
    const bomb =
      '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>' +
      '<x xmlns="urn:t"><v>&b;&f;</v></x>';
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
