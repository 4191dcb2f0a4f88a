/** Cut-off files are told by their structure, without decoding. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { latin1Bytes } from '../../src/core/index.js';
import type { ImageError } from '../../src/image/index.js';
import { assertWhole, encodeImage, OUTPUT_FORMATS } from '../../src/image/index.js';
import { fixture } from '../support/fixtures.js';
import { texturedPicture } from '../support/picture.js';
import { throwsWithCode } from '../support/throws-with-code.js';

const SVG = `<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><rect width="9"/></svg>`;
const FORMATS = [...OUTPUT_FORMATS, 'gif', 'jxl', 'svg'] as const;
const files = new Map<string, Uint8Array>();

beforeAll(async () => {
  const picture = texturedPicture(64, 48);
  for (const format of OUTPUT_FORMATS) files.set(format, await encodeImage(picture, { format }));
  files.set('gif', fixture('images/pillow-rgb.gif'));
  files.set('jxl', fixture('images/pillow-rgb.jxl'));
  files.set('svg', latin1Bytes(SVG));
});

/** The codes that a file may be refused with; a file cut within its signature is of no known format. */
const REFUSALS = ['IMAGE_MALFORMED', 'IMAGE_UNSUPPORTED'];

function codeOf(bytes: Uint8Array): string | null {
  try {
    assertWhole(bytes);
    return null;
  } catch (error) {
    return (error as ImageError).code;
  }
}

describe('assertWhole', () => {
  it.each(FORMATS)('%s: whole, also with bytes behind the end; never cut off', (format) => {
    const bytes = files.get(format)!;
    expect(codeOf(bytes)).toBeNull();
    if (format !== 'svg') expect(codeOf(Buffer.concat([bytes, Buffer.alloc(100)]))).toBeNull();
    fc.assert(
      fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (length) => {
        expect(REFUSALS).toContain(codeOf(bytes.subarray(0, length)));
      }),
      { numRuns: 60, seed: 5, examples: [[bytes.length - 1]] },
    );
  });

  it('an AVIF whose picture data is gone at the edge of a box', async () => {
    const bytes = files.get('avif')!;
    const edge = Buffer.from(bytes).indexOf('mdat') - 4;
    await throwsWithCode(() => assertWhole(bytes.subarray(0, edge)), 'IMAGE_MALFORMED');
  });

  it.each([
    ['comments may follow', `${SVG}\n<!-- made <by> hand -->\n<?x y?>\n`, true],
    ['an empty root', '<svg xmlns="http://www.w3.org/2000/svg" width="1"/>', true],
    ['a prefix', '<svg:svg xmlns:svg="http://www.w3.org/2000/svg"><svg:g/></svg:svg >', true],
    ['a cut behind an element', SVG.slice(0, SVG.indexOf('</svg>')), false],
    ['a cut within a comment', `<svg><!-- </svg>`, false],
  ])('SVG: %s', (_what, text, whole) => {
    expect(codeOf(latin1Bytes(text))).toBe(whole ? null : 'IMAGE_MALFORMED');
  });
});
